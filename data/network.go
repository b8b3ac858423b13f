package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"

	"lawcircle/data/gpkg"
	"lawcircle/geo/road"
)

// Network reads all roads, in the order in which they were written. A road that was drawn or reshaped in a GIS program has no node ids
// that fit: it meets other roads where its points are exactly those of another, and takes new ids, below zero, elsewhere.
func (p *Project) Network(ctx context.Context) (*road.Network, error) {
	network := &road.Network{}
	err := p.snapshot(ctx, func(tx *sql.Tx) error { return readNetwork(ctx, tx, network) })
	if err != nil {
		return nil, err
	}
	return network, nil
}

func readNetwork(ctx context.Context, tx *sql.Tx, network *road.Network) error {
	if err := readWays(ctx, tx, network); err != nil {
		return err
	}
	giveNodes(network.Ways)
	if err := readNodes(ctx, tx, network); err != nil {
		return err
	}
	return readRestrictions(ctx, tx, network)
}

func readWays(ctx context.Context, tx *sql.Tx, network *road.Network) error {
	query := "SELECT fid, geom, way_id, name, tags, node_ids"
	for _, tag := range tagColumns() {
		query += ", CAST(" + tag + " AS TEXT)"
	}
	rows, err := tx.QueryContext(ctx, query+" FROM roads ORDER BY fid")
	if err != nil {
		return fmt.Errorf("reading roads: %w", err)
	}
	defer rows.Close()
	row := newWayRow()
	for rows.Next() {
		if err := rows.Scan(row.targets...); err != nil {
			return fmt.Errorf("reading a road: %w", err)
		}
		way, ok, err := row.way()
		if err != nil {
			return fmt.Errorf("reading road %d (way %d): %w", row.fid, row.id.Int64, err)
		}
		if ok {
			network.Ways = append(network.Ways, way)
		}
	}
	return rows.Err()
}

// wayRow is one row of roads on its way to a [road.Way].
type wayRow struct {
	fid       int64
	geom, ids sql.RawBytes
	id        sql.NullInt64
	name      sql.NullString
	tags      sql.RawBytes
	columns   []sql.NullString
	targets   []any
	shared    map[string]road.Tags // by everything in the row that tags are made of
	key       []byte
}

func newWayRow() *wayRow {
	r := &wayRow{columns: make([]sql.NullString, len(tagColumns())), shared: map[string]road.Tags{}}
	r.targets = []any{&r.fid, &r.geom, &r.id, &r.name, &r.tags, &r.ids}
	for i := range r.columns {
		r.targets = append(r.targets, &r.columns[i])
	}
	return r
}

// way builds the way; ok is false for a row without a line, which GIS programs can leave behind.
func (r *wayRow) way() (way road.Way, ok bool, err error) {
	if r.geom == nil {
		return way, false, nil
	}
	geometry, srs, err := gpkg.Decode(r.geom)
	if err != nil {
		return way, false, err
	}
	if srs != gpkg.WGS84 {
		return way, false, fmt.Errorf("geometry is in reference system %d where %d should be", srs, gpkg.WGS84)
	}
	line, isLine := geometry.(orb.LineString)
	if !isLine {
		return way, false, fmt.Errorf("holds a %s where a line should be", geometry.GeoJSONType())
	}
	if len(line) < 2 {
		return way, false, nil
	}
	way = road.Way{ID: r.id.Int64, Name: r.name.String, Line: line}
	if !r.id.Valid {
		way.ID = -r.fid // drawn in a GIS program
	}
	if way.NodeIDs, err = unpackIDs(r.ids); err != nil {
		return way, false, err
	}
	way.Tags, err = r.tagsOf()
	return way, true, err
}

// tagsOf builds the tags, once for all rows that have the same.
func (r *wayRow) tagsOf() (road.Tags, error) {
	r.key = append(r.key[:0], r.tags...)
	for _, value := range r.columns {
		if value.Valid {
			r.key = append(append(r.key, 1), value.String...)
		} else {
			r.key = append(r.key, 0)
		}
	}
	if tags, known := r.shared[string(r.key)]; known {
		return tags, nil
	}
	var tags road.Tags
	if len(r.tags) > 0 {
		if err := json.Unmarshal(r.tags, &tags); err != nil {
			return nil, fmt.Errorf("reading tags: %w", err)
		}
	}
	for i, tag := range tagColumns() {
		if r.columns[i].Valid {
			if tags == nil {
				tags = road.Tags{}
			}
			tags[tag] = r.columns[i].String
		}
	}
	r.shared[string(r.key)] = tags
	return tags, nil
}

// giveNodes gives node ids to ways that have none that fit.
func giveNodes(ways []road.Way) {
	var strangers []int
	for i := range ways {
		if len(ways[i].NodeIDs) != len(ways[i].Line) {
			strangers = append(strangers, i)
		}
	}
	if len(strangers) == 0 {
		return
	}
	at := map[orb.Point]int64{}
	next := int64(-1)
	for i := range ways {
		if len(ways[i].NodeIDs) != len(ways[i].Line) {
			continue
		}
		for k, id := range ways[i].NodeIDs {
			if known, taken := at[ways[i].Line[k]]; !taken || id < known {
				at[ways[i].Line[k]] = id
			}
			next = min(next, id-1)
		}
	}
	for _, i := range strangers {
		ids := make([]int64, len(ways[i].Line))
		for k, point := range ways[i].Line {
			id, known := at[point]
			if !known {
				id = next
				at[point] = id
				next--
			}
			ids[k] = id
		}
		ways[i].NodeIDs = ids
	}
}

func readNodes(ctx context.Context, tx *sql.Tx, network *road.Network) error {
	rows, err := tx.QueryContext(ctx, `SELECT node_id, tags FROM road_nodes ORDER BY fid`)
	if err != nil {
		return fmt.Errorf("reading road nodes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var node road.Node
		if err := rows.Scan(&node.ID, jsonField[road.Tags]{&node.Tags}); err != nil {
			return fmt.Errorf("reading road nodes: %w", err)
		}
		network.Nodes = append(network.Nodes, node)
	}
	return rows.Err()
}

func readRestrictions(ctx context.Context, tx *sql.Tx, network *road.Network) error {
	rows, err := tx.QueryContext(ctx, `SELECT restriction_id, ifnull(kind, ''), ifnull(from_way, 0), ifnull(via_node, 0), via_ways, ifnull(to_way, 0),
		except_vehicles, ifnull(vehicle, '') FROM road_restrictions ORDER BY fid`)
	if err != nil {
		return fmt.Errorf("reading turn restrictions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r road.Restriction
		err := rows.Scan(&r.ID, &r.Kind, &r.From, &r.ViaNode, jsonField[[]int64]{&r.ViaWays}, &r.To, jsonField[[]string]{&r.Except}, &r.Vehicle)
		if err != nil {
			return fmt.Errorf("reading turn restrictions: %w", err)
		}
		network.Restrictions = append(network.Restrictions, r)
	}
	return rows.Err()
}
