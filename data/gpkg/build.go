package gpkg

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Entry is one row of a spatial index.
type Entry struct {
	ID int64
	Envelope
}

// cellBytes is the size of an entry in a node of SQLite's R-tree: a 64-bit id and four 32-bit coordinates.
const cellBytes = 24

// fillShare is how full packed nodes are: some room is left, so that a later insert does not split every node it meets.
const fillShare = 0.9

// RebuildRTree builds the spatial index of a layer anew from its rows. Cost: one pass over the layer and a sort; much less than inserting
// row by row. The nodes are packed by Sort-Tile-Recursive (Leutenegger, López, Edgington 1997) and written to the tables behind SQLite's
// R-tree in the format of its R-tree module.
func RebuildRTree(ctx context.Context, tx *sql.Tx, table string) error {
	entries, err := readEntries(ctx, tx, table)
	if err != nil {
		return fmt.Errorf("building the spatial index of %s: %w", table, err)
	}
	if err := writeRTree(ctx, tx, RTreeName(table), entries); err != nil {
		return fmt.Errorf("building the spatial index of %s: %w", table, err)
	}
	return nil
}

// readEntries reads the boxes of all rows with geometry. The start of a blob is enough: it holds a point or an envelope.
func readEntries(ctx context.Context, tx *sql.Tx, table string) ([]Entry, error) {
	const enough = headerBytes + 32
	rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT fid, substr(geom, 1, %d), length(geom) FROM %s WHERE geom NOTNULL", enough, Quote(table)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var entries []Entry
	var long []int64
	for rows.Next() {
		var id, length int64
		var start sql.RawBytes
		if err := rows.Scan(&id, &start, &length); err != nil {
			return nil, err
		}
		head, err := readHeader(start)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", id, err)
		}
		if !head.hasEnvelope && !head.empty && length > enough {
			long = append(long, id) // written by another program, without an envelope
			continue
		}
		envelope, ok, err := EnvelopeOf(start)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", id, err)
		}
		if ok {
			entries = append(entries, Entry{id, envelope})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return readLong(ctx, tx, table, long, entries)
}

func readLong(ctx context.Context, tx *sql.Tx, table string, ids []int64, entries []Entry) ([]Entry, error) {
	for _, id := range ids {
		var blob []byte
		if err := tx.QueryRowContext(ctx, "SELECT geom FROM "+Quote(table)+" WHERE fid = ?", id).Scan(&blob); err != nil {
			return nil, err
		}
		envelope, ok, err := EnvelopeOf(blob)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", id, err)
		}
		if ok {
			entries = append(entries, Entry{id, envelope})
		}
	}
	return entries, nil
}

func writeRTree(ctx context.Context, tx *sql.Tx, name string, entries []Entry) error {
	var nodeBytes int
	if err := tx.QueryRowContext(ctx, "SELECT length(data) FROM "+Quote(name+"_node")+" WHERE nodeno = 1").Scan(&nodeBytes); err != nil {
		return fmt.Errorf("reading the size of nodes: %w", err)
	}
	for _, part := range []string{"_node", "_rowid", "_parent"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+Quote(name+part)); err != nil {
			return err
		}
	}
	w, err := newNodeWriter(ctx, tx, name, nodeBytes)
	if err != nil {
		return err
	}
	defer w.close()
	if err := w.pack(entries); err != nil {
		return err
	}
	return w.finish()
}

type nodeWriter struct {
	node, row, parent *Bulk
	bytes, capacity   int
	next              int64
	rows              []rowAt
}

type rowAt struct{ id, node int64 }

func newNodeWriter(ctx context.Context, tx *sql.Tx, name string, nodeBytes int) (*nodeWriter, error) {
	w := &nodeWriter{bytes: nodeBytes, capacity: int(fillShare * float64((nodeBytes-4)/cellBytes)), next: 2}
	if w.capacity < 2 {
		return nil, fmt.Errorf("nodes of %d bytes are too small", nodeBytes)
	}
	for suffix, bulk := range map[string]**Bulk{"_node": &w.node, "_rowid": &w.row, "_parent": &w.parent} {
		var err error
		if *bulk, err = NewBulk(ctx, tx, "INSERT INTO "+Quote(name+suffix), 2, ""); err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

func (w *nodeWriter) close() {
	for _, bulk := range []*Bulk{w.node, w.row, w.parent} {
		if bulk != nil {
			bulk.Close()
		}
	}
}

// pack writes level after level, leaves first, until what is left fits into the root, which is node 1.
func (w *nodeWriter) pack(entries []Entry) error {
	depth := 0
	for len(entries) > w.capacity {
		sortTiles(entries, w.capacity)
		var above []Entry
		for group := range slices.Chunk(entries, w.capacity) {
			number := w.next
			w.next++
			if err := w.write(number, 0, group, depth == 0); err != nil {
				return err
			}
			above = append(above, Entry{number, union(group)})
		}
		entries = above
		depth++
	}
	return w.write(1, depth, entries, depth == 0)
}

func (w *nodeWriter) write(number int64, depth int, cells []Entry, leaf bool) error {
	data := make([]byte, w.bytes)
	binary.BigEndian.PutUint16(data, uint16(depth))
	binary.BigEndian.PutUint16(data[2:], uint16(len(cells)))
	for i, c := range cells {
		cell := data[4+i*cellBytes:]
		binary.BigEndian.PutUint64(cell, uint64(c.ID))
		for k, v := range [4]float32{below(c.MinX), above(c.MaxX), below(c.MinY), above(c.MaxY)} {
			binary.BigEndian.PutUint32(cell[8+4*k:], math.Float32bits(v))
		}
		if leaf {
			w.rows = append(w.rows, rowAt{c.ID, number})
		} else if err := w.parent.Add(c.ID, number); err != nil {
			return err
		}
	}
	return w.node.Add(number, data)
}

// finish notes in which leaf each row is, in the order of rows: appending to a table is what SQLite does fastest.
func (w *nodeWriter) finish() error {
	slices.SortFunc(w.rows, func(a, b rowAt) int { return cmp.Compare(a.id, b.id) })
	for _, r := range w.rows {
		if err := w.row.Add(r.id, r.node); err != nil {
			return err
		}
	}
	return errors.Join(w.node.Flush(), w.row.Flush(), w.parent.Flush())
}

// sortTiles orders entries so that each run of capacity entries is a compact tile: vertical slices first, then by height within each.
// Ties go to the lower id, so that the same rows make the same file.
func sortTiles(entries []Entry, capacity int) {
	by := func(middle func(Entry) float64) func(a, b Entry) int {
		return func(a, b Entry) int {
			return cmp.Or(cmp.Compare(middle(a), middle(b)), cmp.Compare(a.ID, b.ID))
		}
	}
	slices.SortFunc(entries, by(func(e Entry) float64 { return e.MinX + e.MaxX }))
	nodes := math.Ceil(float64(len(entries)) / float64(capacity))
	slice := capacity * int(math.Ceil(math.Sqrt(nodes)))
	for tile := range slices.Chunk(entries, slice) {
		slices.SortFunc(tile, by(func(e Entry) float64 { return e.MinY + e.MaxY }))
	}
}

func union(entries []Entry) Envelope {
	box := entries[0].Envelope
	for _, e := range entries[1:] {
		box = Envelope{min(box.MinX, e.MinX), max(box.MaxX, e.MaxX), min(box.MinY, e.MinY), max(box.MaxY, e.MaxY)}
	}
	return box
}

// below is the nearest 32-bit number that is not greater.
func below(v float64) float32 {
	f := float32(v)
	if float64(f) > v {
		return math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}

// above is the nearest 32-bit number that is not smaller.
func above(v float64) float32 {
	f := float32(v)
	if float64(f) < v {
		return math.Nextafter32(f, float32(math.Inf(1)))
	}
	return f
}

// RefreshExtent brings the extent of a layer in the table of contents up to date, from the root of its spatial index (which rounds
// outwards to 32 bits), and dates its last change. Cost: one small row, whatever the size of the layer.
func RefreshExtent(ctx context.Context, tx *sql.Tx, table, at string) error {
	var root []byte
	err := tx.QueryRowContext(ctx, "SELECT data FROM "+Quote(RTreeName(table)+"_node")+" WHERE nodeno = 1").Scan(&root)
	if err != nil {
		return fmt.Errorf("reading the extent of %s: %w", table, err)
	}
	var sides [4]any // min_x, max_x, min_y, max_y
	if box, ok := extentOf(root); ok {
		sides = [4]any{box.MinX, box.MaxX, box.MinY, box.MaxY}
	}
	_, err = tx.ExecContext(ctx, `UPDATE gpkg_contents SET last_change = ?, min_x = ?, max_x = ?, min_y = ?, max_y = ? WHERE table_name = ?`,
		at, sides[0], sides[1], sides[2], sides[3], table)
	if err != nil {
		return fmt.Errorf("refreshing the extent of %s: %w", table, err)
	}
	return nil
}

// extentOf joins the boxes of a node of a spatial index.
func extentOf(node []byte) (box Envelope, ok bool) {
	if len(node) < 4 {
		return Envelope{}, false
	}
	count := min(int(binary.BigEndian.Uint16(node[2:])), (len(node)-4)/cellBytes)
	cells := make([]Entry, count)
	for i := range cells {
		side := func(k int) float64 {
			return float64(math.Float32frombits(binary.BigEndian.Uint32(node[4+i*cellBytes+8+4*k:])))
		}
		cells[i].Envelope = Envelope{side(0), side(1), side(2), side(3)}
	}
	if count == 0 {
		return Envelope{}, false
	}
	return union(cells), true
}
