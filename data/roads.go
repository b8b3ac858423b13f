package data

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lawcircle/data/gpkg"
	"lawcircle/geo/road"
)

// tagColumns are the tags that have a column of their own in the layer of roads, to be seen and edited in GIS programs. All other tags
// are in the column tags, as JSON. NULL means that the road has no such tag.
func tagColumns() []string {
	return []string{"highway", "ref", "oneway", "junction", "maxspeed", "surface", "bridge", "tunnel", "layer", "access", "foot", "bicycle",
		"motor_vehicle", "service", "route"}
}

// PutNetwork replaces all roads. The network comes back from [Project.Network] exactly as it was given, coordinates bit for bit. Earlier
// roads are kept in the log, those of the last change only, so that it can be undone. Cost: some microseconds per road.
func (tx *Tx) PutNetwork(network *road.Network) error {
	if err := tx.clearRoads(); err != nil {
		return err
	}
	if err := tx.putWays(network.Ways); err != nil {
		return err
	}
	tx.roads = network.Digest()
	if err := tx.putNodes(network.Nodes); err != nil {
		return err
	}
	return tx.putRestrictions(network.Restrictions)
}

func (tx *Tx) putNodes(nodes []road.Node) error {
	bulk, err := gpkg.NewBulk(tx.ctx, tx.tx, "INSERT INTO road_nodes (node_id, tags)", 2, "")
	if err != nil {
		return err
	}
	defer bulk.Close()
	for _, n := range nodes {
		tags, err := jsonOrNull(n.Tags, len(n.Tags))
		if err == nil {
			err = bulk.Add(n.ID, tags)
		}
		if err != nil {
			return fmt.Errorf("writing node %d: %w", n.ID, err)
		}
	}
	return bulk.Flush()
}

// keepRoadsDigest saves the next reader from computing the digest of roads just put.
func (tx *Tx) keepRoadsDigest() error {
	if tx.roads == "" {
		return nil
	}
	revision, err := revisionOf(tx.ctx, tx.tx, roadTables())
	if err == nil {
		_, err = tx.exec(keepDigest, "roads", revision, tx.roads)
	}
	return err
}

func roadTables() []string { return []string{"roads", "road_nodes", "road_restrictions"} }

// clearRoads moves the present roads to the log and takes the spatial index off until the end of the change.
func (tx *Tx) clearRoads() error {
	if err := tx.suspend("roads"); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE lawcircle_changes SET roads_changed = 1 WHERE change_id = ?`, tx.id); err != nil {
		return err
	}
	first := !tx.touched["roads"]
	for _, table := range roadTables() {
		tx.touched[table] = true
		if first {
			if err := tx.keepRoads(table); err != nil {
				return err
			}
		}
		if _, err := tx.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return nil
}

// keepRoads copies a table of roads to the log in place of what the log has of it.
func (tx *Tx) keepRoads(table string) error {
	if _, err := tx.exec("DELETE FROM " + historyOf(table)); err != nil {
		return err
	}
	return tx.copyRoads(table)
}

func (tx *Tx) copyRoads(table string) error {
	names, _, err := columnsOf(tx.ctx, tx.tx, table)
	if err != nil {
		return err
	}
	columns := strings.Join(names, ", ")
	_, err = tx.exec("INSERT INTO "+historyOf(table)+" (change_id, "+columns+") SELECT ?, "+columns+" FROM "+table, tx.id)
	return err
}

// ErrRoadsGone is returned when the roads from before a change are not in the log any more, because there has been another change since.
var ErrRoadsGone = errors.New("the earlier roads are kept for the last change of roads only; import them again")

// restoreRoads puts back the roads from before a change, if it changed them.
func (tx *Tx) restoreRoads(id int64) error {
	var changed bool
	if err := tx.tx.QueryRowContext(tx.ctx, `SELECT roads_changed FROM lawcircle_changes WHERE change_id = ?`, id).Scan(&changed); err != nil {
		return fmt.Errorf("reading change %d: %w", id, err)
	}
	if !changed {
		return nil
	}
	var last int64
	if err := tx.tx.QueryRowContext(tx.ctx, `SELECT max(change_id) FROM lawcircle_changes WHERE roads_changed`).Scan(&last); err != nil || last != id {
		return errors.Join(fmt.Errorf("undoing change %d: %w", id, ErrRoadsGone), err)
	}
	if err := tx.suspend("roads"); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE lawcircle_changes SET roads_changed = 1 WHERE change_id = ?`, tx.id); err != nil {
		return err
	}
	for _, table := range roadTables() {
		if err := tx.swapRoads(table, id); err != nil {
			return err
		}
	}
	return nil
}

// swapRoads exchanges a table of roads with its copy in the log, which then holds what the undo took away.
func (tx *Tx) swapRoads(table string, id int64) error {
	tx.touched[table] = true
	history := historyOf(table)
	names, _, err := columnsOf(tx.ctx, tx.tx, table)
	if err != nil {
		return err
	}
	if err := tx.copyRoads(table); err != nil {
		return err
	}
	columns := strings.Join(names, ", ")
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM " + table, nil},
		{"INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM " + history + " WHERE change_id = ?", []any{id}},
		{"DELETE FROM " + history + " WHERE change_id = ?", []any{id}},
	} {
		if _, err := tx.exec(step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) putWays(ways []road.Way) error {
	columns := append([]string{"geom", "way_id", "name", "tags", "node_ids"}, tagColumns()...)
	bulk, err := gpkg.NewBulk(tx.ctx, tx.tx, "INSERT INTO roads ("+strings.Join(columns, ", ")+")", len(columns), "")
	if err != nil {
		return fmt.Errorf("writing roads: %w", err)
	}
	defer bulk.Close()
	values := make([]any, len(columns))
	for i := range ways {
		if err := wayValues(values, &ways[i]); err != nil {
			return fmt.Errorf("writing way %d: %w", ways[i].ID, err)
		}
		if err := errors.Join(tx.cancelled(i), bulk.Add(values...)); err != nil {
			return fmt.Errorf("writing roads: %w", err)
		}
	}
	return bulk.Flush()
}

func wayValues(values []any, way *road.Way) error {
	if len(way.NodeIDs) != len(way.Line) || len(way.Line) < 2 {
		return fmt.Errorf("has %d nodes for a line of %d points", len(way.NodeIDs), len(way.Line))
	}
	blob, err := gpkg.Encode(way.Line)
	if err != nil {
		return err
	}
	values[0], values[1], values[2], values[4] = blob, way.ID, nil, packIDs(way.NodeIDs)
	if way.Name != "" {
		values[2] = way.Name
	}
	rest := len(way.Tags)
	for i, tag := range tagColumns() {
		values[5+i] = nil
		if value, has := way.Tags[tag]; has {
			values[5+i] = value
			rest--
		}
	}
	values[3], err = jsonOrNull(withoutColumns(way.Tags, rest), rest)
	return err
}

// withoutColumns is the tags that have no column of their own.
func withoutColumns(tags road.Tags, rest int) road.Tags {
	if rest == 0 || rest == len(tags) {
		return tags
	}
	out := maps.Clone(tags)
	for _, tag := range tagColumns() {
		delete(out, tag)
	}
	return out
}

func jsonOrNull(value any, length int) (any, error) {
	if length == 0 {
		return nil, nil
	}
	text, err := json.Marshal(value) // maps come out sorted by key
	return string(text), err
}

// packIDs writes ids as differences, which are small for neighbours: signed variable-length integers.
func packIDs(ids []int64) []byte {
	out := make([]byte, 0, 3*len(ids)+8)
	last := int64(0)
	for _, id := range ids {
		out = binary.AppendVarint(out, id-last)
		last = id
	}
	return out
}

func unpackIDs(packed []byte) ([]int64, error) {
	out := make([]int64, 0, len(packed))
	last := int64(0)
	for len(packed) > 0 {
		difference, size := binary.Varint(packed)
		if size <= 0 {
			return nil, errors.New("node ids are damaged")
		}
		last += difference
		out = append(out, last)
		packed = packed[size:]
	}
	return slices.Clip(out), nil
}

func (tx *Tx) putRestrictions(restrictions []road.Restriction) error {
	bulk, err := gpkg.NewBulk(tx.ctx, tx.tx,
		"INSERT INTO road_restrictions (restriction_id, kind, from_way, via_node, via_ways, to_way, except_vehicles, vehicle)", 8, "")
	if err != nil {
		return err
	}
	defer bulk.Close()
	for _, r := range restrictions {
		via, err := jsonOrNull(r.ViaWays, len(r.ViaWays))
		if err != nil {
			return fmt.Errorf("writing restriction %d: %w", r.ID, err)
		}
		except, err := jsonOrNull(r.Except, len(r.Except))
		if err == nil {
			err = bulk.Add(r.ID, r.Kind, r.From, r.ViaNode, via, r.To, except, r.Vehicle)
		}
		if err != nil {
			return fmt.Errorf("writing restriction %d: %w", r.ID, err)
		}
	}
	return bulk.Flush()
}
