package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
)

// dBASE III, as ESRI's shapefiles have it.
const (
	dbfVersion      = 3
	dbfEnd          = 0x0d
	dbfEOF          = 0x1a
	dbfLanguageGBK  = 0x4d
	dbfMaxText      = 254
	dbfNameBytes    = 10
	dbfIntegerWidth = 18
	dbfRealWidth    = 24
)

// A dbfField is a column as a .dbf has it.
type dbfField struct {
	name     string
	kind     byte
	width    int
	decimals int
}

// shortened are names of ten bytes for longer ones that the import knows again.
func shortened() map[string]string {
	return map[string]string{"settlement_id": "uid", "people_source": "pop_source", "people_year": "pop_year", "urban_rural": "urbanrural",
		"set_up_cost": "cost", "accepted_on": "accepted", "book_corner": "bookcorner", "street_front": "streetfrnt", "ground_floor": "groundflr",
		"opening_hours": "open_hours"}
}

// shortNames makes names of at most 10 ASCII bytes, different from each other: as in [shortened], else cut, then numbered.
func shortNames(columns []Column) []string {
	out := make([]string, len(columns))
	known, taken := shortened(), map[string]bool{}
	for i, c := range columns {
		long, ok := known[c.Name]
		if !ok {
			long = c.Name
		}
		name := long[:min(len(long), dbfNameBytes)]
		for n := 2; taken[name]; n++ {
			suffix := strconv.Itoa(n)
			name = long[:min(len(long), dbfNameBytes-len(suffix))] + suffix
		}
		taken[name] = true
		out[i] = name
	}
	return out
}

func dbfFields(columns []Column, widths []int) []dbfField {
	names := shortNames(columns)
	out := make([]dbfField, len(columns))
	for i, c := range columns {
		switch c.Type {
		case Integer:
			out[i] = dbfField{names[i], 'N', dbfIntegerWidth, 0}
		case Real:
			out[i] = dbfField{names[i], 'N', dbfRealWidth, 9}
		case Boolean:
			out[i] = dbfField{names[i], 'L', 1, 0}
		default:
			out[i] = dbfField{names[i], 'C', min(max(widths[i], 1), dbfMaxText), 0}
		}
	}
	return out
}

// dbfWriter writes rows of a known number.
type dbfWriter struct {
	w       *bufio.Writer
	fields  []dbfField
	encoder *encoding.Encoder
	record  []byte
}

func newDBF(w io.Writer, fields []dbfField, rows int, language byte, encoder *encoding.Encoder) (*dbfWriter, error) {
	length := 1
	for _, f := range fields {
		length += f.width
	}
	header := make([]byte, 32, 32+32*len(fields)+1)
	header[0], header[1], header[2], header[3] = dbfVersion, 80, 1, 1 // a fixed day: the same layer gives the same bytes
	binary.LittleEndian.PutUint32(header[4:], uint32(rows))
	binary.LittleEndian.PutUint16(header[8:], uint16(32+32*len(fields)+1))
	binary.LittleEndian.PutUint16(header[10:], uint16(length))
	header[29] = language
	for _, f := range fields {
		var entry [32]byte
		copy(entry[:11], f.name)
		entry[11], entry[16], entry[17] = f.kind, byte(f.width), byte(f.decimals)
		header = append(header, entry[:]...)
	}
	d := &dbfWriter{bufio.NewWriterSize(w, 1<<16), fields, encoder, make([]byte, length)}
	_, err := d.w.Write(append(header, dbfEnd))
	return d, err
}

func (d *dbfWriter) write(values []any) error {
	for i := range d.record {
		d.record[i] = ' '
	}
	offset := 1
	for i, f := range d.fields {
		text, err := d.cell(f, values[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", f.name, err)
		}
		cell := d.record[offset : offset+f.width]
		if f.kind == 'N' {
			copy(cell[f.width-len(text):], text)
		} else {
			copy(cell, text)
		}
		offset += f.width
	}
	_, err := d.w.Write(d.record)
	return err
}

func (d *dbfWriter) cell(f dbfField, value any) (string, error) {
	switch v := value.(type) {
	case nil:
		if f.kind == 'L' {
			return "?", nil
		}
		return "", nil
	case string:
		return cutTo(v, f.width, d.encoder)
	case bool:
		if v {
			return "T", nil
		}
		return "F", nil
	case int64:
		return fits(strconv.FormatInt(v, 10), f.width)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", nil
		}
		return fits(strconv.FormatFloat(v, 'f', f.decimals, 64), f.width)
	}
	return "", fmt.Errorf("values of type %T are not exported", value)
}

func fits(text string, width int) (string, error) {
	if len(text) > width {
		return "", fmt.Errorf("%s does not fit into %d characters", text, width)
	}
	return text, nil
}

// cutTo encodes a text and cuts it between characters.
func cutTo(text string, width int, encoder *encoding.Encoder) (string, error) {
	encoded, err := encoder.String(text)
	if err != nil || len(encoded) <= width {
		return encoded, err
	}
	var out strings.Builder
	for _, r := range text {
		piece, err := encoder.String(string(r))
		if err != nil || out.Len()+len(piece) > width {
			return out.String(), err
		}
		out.WriteString(piece)
	}
	return out.String(), nil
}

func (d *dbfWriter) close() error {
	if err := d.w.WriteByte(dbfEOF); err != nil {
		return err
	}
	return d.w.Flush()
}
