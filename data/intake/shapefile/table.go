package shapefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// ErrNotTable marks a file that does not begin like a .dbf.
var ErrNotTable = errors.New("not a dBASE table (.dbf)")

const (
	tableHeaderBytes = 32
	fieldBytes       = 32
	headerEnd        = 0x0d
	endOfFile        = 0x1a
	languageGBK      = 0x4d
)

// Attributes reads the rows of a .dbf in order.
type Attributes struct {
	reader  io.Reader
	decoder *encoding.Decoder
	fields  []attribute
	record  []byte
	left    uint32
	number  int
	// Language is the code page mark of the header, 0 when there is none.
	Language byte
}

type attribute struct {
	name   []byte
	kind   byte
	offset int
	length int
}

// NewAttributes reads the header of a .dbf. encodingName is that of the texts: UTF-8, GB18030 or what a .cpg says.
func NewAttributes(reader io.Reader, encodingName string) (*Attributes, error) {
	header := make([]byte, tableHeaderBytes)
	if _, err := io.ReadFull(reader, header); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotTable, err)
	}
	headerLength, recordLength := int(binary.LittleEndian.Uint16(header[8:])), int(binary.LittleEndian.Uint16(header[10:]))
	if version := header[0] & 0x07; version < 3 || version > 5 || headerLength < tableHeaderBytes+1 || recordLength < 1 {
		return nil, ErrNotTable
	}
	rest := make([]byte, headerLength-tableHeaderBytes)
	if _, err := io.ReadFull(reader, rest); err != nil {
		return nil, fmt.Errorf("reading the field list of the .dbf: %w", err)
	}
	a := &Attributes{reader: reader, decoder: decoderOf(encodingName), record: make([]byte, recordLength), left: binary.LittleEndian.Uint32(header[4:]), Language: header[29]}
	offset := 1
	for ; len(rest) >= fieldBytes && rest[0] != headerEnd; rest = rest[fieldBytes:] {
		name, _, _ := bytes.Cut(rest[:11], []byte{0})
		length := int(rest[16])
		if offset+length > recordLength {
			return nil, fmt.Errorf("field %q of the .dbf runs beyond the record", name)
		}
		a.fields = append(a.fields, attribute{bytes.Clone(name), rest[11], offset, length})
		offset += length
	}
	return a, nil
}

// Names returns the names of the fields.
func (a *Attributes) Names() []string {
	names := make([]string, len(a.fields))
	for i, field := range a.fields {
		names[i] = a.text(field.name)
	}
	return names
}

// Next returns the values of the next row, in the order of Names, or io.EOF. deleted rows are marked by their program and have a shape.
func (a *Attributes) Next() (values []string, deleted bool, err error) {
	if a.left == 0 {
		return nil, false, io.EOF
	}
	if _, err := io.ReadFull(a.reader, a.record); err != nil {
		if a.record[0] == endOfFile || err == io.EOF {
			return nil, false, io.EOF
		}
		return nil, false, fmt.Errorf("reading row %d of the .dbf: %w", a.number+1, err)
	}
	a.left--
	a.number++
	values = make([]string, len(a.fields))
	for i, field := range a.fields {
		values[i] = a.value(field)
	}
	return values, a.record[0] == '*', nil
}

func (a *Attributes) value(field attribute) string {
	raw := a.record[field.offset : field.offset+field.length]
	text := strings.Trim(a.text(raw), " \x00")
	switch field.kind {
	case 'N', 'F':
		if strings.Trim(text, "*") == "" { // a number too wide for its field
			return ""
		}
	case 'D':
		if len(text) == 8 && text != "00000000" {
			return text[:4] + "-" + text[4:6] + "-" + text[6:]
		}
		return ""
	case 'L':
		switch text {
		case "T", "t", "Y", "y":
			return "1"
		case "F", "f", "N", "n":
			return "0"
		}
		return ""
	case 'M', 'G', 'B', 'P':
		return "" // a number of a block in another file
	}
	return text
}

// text decodes a value. A character cut in half at the end of its field is left out.
func (a *Attributes) text(raw []byte) string {
	if ascii(raw) {
		return string(raw)
	}
	decoded, err := a.decoder.Bytes(bytes.TrimRight(raw, " \x00"))
	if err != nil {
		return string(raw)
	}
	return strings.TrimRight(string(decoded), "\ufffd")
}

func ascii(raw []byte) bool {
	for _, b := range raw {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func decoderOf(name string) *encoding.Decoder {
	switch name {
	case "GB18030":
		return simplifiedchinese.GB18030.NewDecoder()
	case "windows-1252":
		return charmap.Windows1252.NewDecoder()
	}
	return encoding.Nop.NewDecoder()
}

// DetectEncoding says in which encoding the texts of a .dbf are: what its .cpg says if that can be, else UTF-8 if all of it is valid
// UTF-8, else GB18030. It reads the whole table.
func DetectEncoding(table io.Reader, codePage string) (string, error) {
	attributes, err := NewAttributes(table, "UTF-8")
	if err != nil {
		return "", err
	}
	valid := true
	check := func(raw []byte) {
		raw = bytes.TrimRight(raw, " \x00")
		for valid && len(raw) > 0 {
			r, size := utf8.DecodeRune(raw)
			if r == utf8.RuneError && size == 1 {
				valid = !utf8.FullRune(raw) // the last character may be cut by the width of the field
				return
			}
			raw = raw[size:]
		}
	}
	for _, field := range attributes.fields {
		check(field.name)
	}
	for valid {
		_, _, err := attributes.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		for _, field := range attributes.fields {
			check(attributes.record[field.offset : field.offset+field.length])
		}
	}
	stated := normalEncoding(codePage)
	switch {
	case stated == "UTF-8" && !valid:
		return "GB18030", nil
	case stated != "":
		return stated, nil
	case attributes.Language == languageGBK && !valid, !valid:
		return "GB18030", nil
	}
	return "UTF-8", nil
}

// normalEncoding understands the many ways in which a .cpg is written; "" for one that is not known.
func normalEncoding(codePage string) string {
	name := strings.ToUpper(strings.NewReplacer("-", "", "_", "", " ", "", "\ufeff", "").Replace(strings.TrimSpace(codePage)))
	switch name {
	case "UTF8", "65001", "CP65001":
		return "UTF-8"
	case "GBK", "GB2312", "GB18030", "936", "CP936", "ANSI936", "54936", "EUCCN":
		return "GB18030"
	case "1252", "CP1252", "ANSI1252", "ISO88591", "88591", "WINDOWS1252":
		return "windows-1252"
	}
	return ""
}
