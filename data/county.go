package data

import (
	"context"
	"database/sql"
	"fmt"

	"lawcircle/coverage"
)

// County reads everything about the area from one state of the file, sorted by id. Personal names stay behind: they are in the
// restricted table. Cost: the whole file but the roads.
func (p *Project) County(ctx context.Context) (*coverage.County, error) {
	county := &coverage.County{}
	err := p.snapshot(ctx, func(tx *sql.Tx) error { return readCounty(ctx, tx, county) })
	if err != nil {
		return nil, err
	}
	return county, nil
}

func readCounty(ctx context.Context, tx *sql.Tx, c *coverage.County) error {
	meta, err := readMeta(ctx, tx)
	if err != nil {
		return err
	}
	c.Name, c.Synthetic, c.DataDate = meta[MetaTitle], meta[MetaSynthetic] == "true", coverage.Date(meta[MetaDataDate])
	steps := []func() error{
		read(ctx, tx, unitTable(), &c.Units), read(ctx, tx, codeChangeTable(), &c.CodeChanges),
		read(ctx, tx, settlementTable(), &c.Settlements), read(ctx, tx, hostTable(), &c.Hosts), read(ctx, tx, pointTable(), &c.Points),
		read(ctx, tx, offerTable(), &c.Offers), read(ctx, tx, adviserTable(), &c.Advisers),
		read(ctx, tx, assignmentTable(), &c.Assignments), read(ctx, tx, pairingTable(), &c.Pairings),
		read(ctx, tx, circuitTable(), &c.Circuits), read(ctx, tx, callTable(), &c.Calls), read(ctx, tx, targetTable(), &c.Targets),
		read(ctx, tx, measureTable(), &c.Measures), read(ctx, tx, itemTable(), &c.ChecklistItems), read(ctx, tx, markTable(), &c.ChecklistMarks),
		read(ctx, tx, honourTable(), &c.Honours), read(ctx, tx, mediationTable(), &c.Mediation),
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func read[T any](ctx context.Context, tx *sql.Tx, t table[T], into *[]T) func() error {
	return func() (err error) {
		*into, err = t.all(ctx, tx)
		return err
	}
}

// Scenarios reads the planner's scenarios, sorted by id.
func (p *Project) Scenarios(ctx context.Context) ([]coverage.Scenario, error) {
	return readTable(ctx, p, scenarioTable())
}

// Rules reads the composite circle rules kept in the project, sorted by id. A new project has none of its own; see
// [coverage.PresetRules].
func (p *Project) Rules(ctx context.Context) ([]coverage.Rule, error) {
	kept, err := readTable(ctx, p, ruleTable())
	if err != nil {
		return nil, err
	}
	out := make([]coverage.Rule, len(kept))
	for i, r := range kept {
		out[i] = r.Rule
	}
	return out, nil
}

func readTable[T any](ctx context.Context, p *Project, t table[T]) (out []T, err error) {
	err = p.snapshot(ctx, func(tx *sql.Tx) error { return read(ctx, tx, t, &out)() })
	return out, err
}

// Restricted reads the personal details of the project and notes in the access log who did so and what for; both must be given. It
// needs a project that can be written.
func (p *Project) Restricted(ctx context.Context, user, purpose string) ([]Restricted, error) {
	if p.write == nil {
		return nil, fmt.Errorf("reading personal details cannot be logged: %w", ErrReadOnly)
	}
	if user == "" || purpose == "" {
		return nil, fmt.Errorf("reading personal details: who reads them and what for must be said")
	}
	rows, err := readTable(ctx, p, restrictedTable())
	if err != nil {
		return nil, err
	}
	_, err = p.write.ExecContext(ctx, `INSERT INTO lawcircle_access_log (at, user, purpose, rows) VALUES (?,?,?,?)`, stamp(p.now()), user, purpose, len(rows))
	if err != nil {
		return nil, fmt.Errorf("noting access to personal details: %w", err)
	}
	return rows, nil
}

// Revision is a number that grows with every committed change, whichever program makes it. Cost: one small query.
func (p *Project) Revision(ctx context.Context) (int64, error) {
	var revision int64
	if err := p.read.QueryRowContext(ctx, `SELECT sum(revision) FROM lawcircle_clock`).Scan(&revision); err != nil {
		return 0, fmt.Errorf("reading the revision of %s: %w", p.path, err)
	}
	return revision, nil
}
