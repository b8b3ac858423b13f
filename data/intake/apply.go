package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lawcircle/data"
)

// Apply stores a batch in the project in one transaction with its quality sheet: all of it, or nothing. It can be undone by the id of the
// change. name is the file's name for the log, user who imports ("" for the person at this computer).
func Apply(ctx context.Context, project *data.Project, batch *Batch, name, user string) (changeID int64, err error) {
	change := data.Change{User: user, What: "导入 " + name, Kind: data.KindImport}
	err = project.Update(ctx, change, func(tx *data.Tx) error {
		changeID = tx.ID()
		return batch.put(tx)
	})
	if err != nil {
		return 0, fmt.Errorf("storing the import of %s: %w", name, err)
	}
	return changeID, nil
}

func (b *Batch) put(tx *data.Tx) error {
	for _, step := range []func() error{
		func() error { return tx.PutUnits(b.Units) },
		func() error { return tx.PutCodeChanges(b.CodeChanges) },
		func() error { return tx.DeleteSettlements(b.RemoveSettlements...) },
		func() error { return tx.PutSettlements(b.Settlements) },
		func() error { return tx.PutHosts(b.Hosts) },
		func() error { return tx.PutPoints(b.Points) },
		func() error { return tx.PutOffers(b.Offers) },
		func() error { return b.putRows(tx) },
		func() error { return tx.PutRestricted(b.restricted()) },
		func() error { return tx.SetSheet(&b.Quality) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) putRows(tx *data.Tx) error {
	if b.Table == "" {
		return nil
	}
	return tx.PutRows(b.Table, b.Rows)
}

// restricted brings the personal data of the batch to one entry per thing and field.
func (b *Batch) restricted() []data.Restricted {
	var out []data.Restricted
	at := map[Restricted]int{}
	for _, r := range b.Restricted {
		key := Restricted{Layer: r.Layer, ID: r.ID, Field: r.Field}
		i, has := at[key]
		switch {
		case !has:
			at[key] = len(out)
			out = append(out, data.Restricted{Table: tableOf(r.Layer), ID: r.ID, Field: r.Field, Value: r.Value})
		case !slices.Contains(strings.Split(out[i].Value, "；"), r.Value):
			out[i].Value += "；" + r.Value
		}
	}
	return out
}

// tableOf names the project's table for a layer of a batch.
func tableOf(layer string) string {
	switch layer {
	case "hosts":
		return "host_sites"
	case "points":
		return "service_points"
	case "units":
		return "admin_units"
	default:
		return layer
	}
}
