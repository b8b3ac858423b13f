package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lawcircle/coverage"
	"lawcircle/geo/road"
)

// Digest identifies the content of everything but the roads, whatever way it came to be so: SHA-256 in hex over what [Project.County]
// returns. It is computed once per change of the data.
func (p *Project) Digest(ctx context.Context) (string, error) {
	return p.digest(ctx, "data", dataTables(), func(tx *sql.Tx) (string, error) {
		county := &coverage.County{}
		if err := readCounty(ctx, tx, county); err != nil {
			return "", err
		}
		sum := sha256.New()
		if err := json.NewEncoder(sum).Encode(county); err != nil {
			return "", fmt.Errorf("computing the digest of the data: %w", err)
		}
		return hex.EncodeToString(sum.Sum(nil)), nil
	})
}

// dataTables lists the tables that [Project.County] reads.
func dataTables() []string {
	tables := []string{metaClock}
	for _, t := range keyedTables() {
		if t.name != "scenarios" && t.name != "circle_rules" && t.name != "lawcircle_restricted" {
			tables = append(tables, t.name)
		}
	}
	return tables
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// RoadsDigest identifies the roads: [road.Network.Digest], computed once per change of the roads.
func (p *Project) RoadsDigest(ctx context.Context) (string, error) {
	return p.digest(ctx, "roads", roadTables(), func(tx *sql.Tx) (string, error) {
		network := &road.Network{}
		if err := readNetwork(ctx, tx, network); err != nil {
			return "", err
		}
		return network.Digest(), nil
	})
}

// digest returns a kept digest if the tables have not changed since, or computes it and keeps it where the file can be written.
func (p *Project) digest(ctx context.Context, content string, tables []string, compute func(tx *sql.Tx) (string, error)) (digest string, err error) {
	var revision int64
	fresh := false
	err = p.snapshot(ctx, func(tx *sql.Tx) error {
		if revision, err = revisionOf(ctx, tx, tables); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT digest FROM lawcircle_digests WHERE content = ? AND revision = ?`, content, revision).Scan(&digest)
		if errors.Is(err, sql.ErrNoRows) {
			fresh = true
			digest, err = compute(tx)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("identifying the %s of %s: %w", content, p.path, err)
	}
	if fresh && p.write != nil {
		if _, err := p.write.ExecContext(ctx, keepDigest, content, revision, digest); err != nil {
			return "", fmt.Errorf("keeping the digest of the %s: %w", content, err)
		}
	}
	return digest, nil
}

const keepDigest = `INSERT INTO lawcircle_digests VALUES (?,?,?) ON CONFLICT (content) DO UPDATE SET revision = excluded.revision,
	digest = excluded.digest WHERE excluded.revision >= revision`

// revisionOf sums the clocks of some tables.
func revisionOf(ctx context.Context, db querier, tables []string) (revision int64, err error) {
	list := "'" + strings.Join(tables, "', '") + "'"
	err = db.QueryRowContext(ctx, `SELECT ifnull(sum(revision), 0) FROM lawcircle_clock WHERE table_name IN (`+list+`)`).Scan(&revision)
	if err != nil {
		return 0, fmt.Errorf("reading the clock: %w", err)
	}
	return revision, nil
}
