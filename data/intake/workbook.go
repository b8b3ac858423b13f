package intake

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// maxTextBytes bounds the shared texts of a workbook.
const maxTextBytes = 512 << 20

// A workbook reads sheets of an xlsx as streams; only the shared texts are held in memory.
type workbook struct {
	archive  *zip.Reader
	limits   Limits
	sheets   []workbookSheet
	date1904 bool
	texts    sharedTexts
	numbers  []int // columns of the row just read whose cells are stored as numbers
}

// isNumber reports whether a cell of the row just read is stored as a number.
func (b *workbook) isNumber(column int) bool { return slices.Contains(b.numbers, column) }

type workbookSheet struct {
	name, part string
	hidden     bool
}

func openWorkbook(archive *zip.Reader, limits Limits) (*workbook, error) {
	b := &workbook{archive: archive, limits: limits}
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.readXML("xl/workbook.xml", &book); err != nil {
		return nil, err
	}
	if err := b.readXML("xl/_rels/workbook.xml.rels", &relations); err != nil {
		return nil, err
	}
	b.date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	parts, texts := map[string]string{}, ""
	for _, r := range relations.Relations {
		part := path.Join("xl", r.Target)
		if rooted, ok := strings.CutPrefix(r.Target, "/"); ok {
			part = rooted
		}
		parts[r.ID] = part
		if strings.HasSuffix(r.Type, "/sharedStrings") {
			texts = part
		}
	}
	for _, sheet := range book.Sheets {
		b.sheets = append(b.sheets, workbookSheet{sheet.Name, parts[sheet.ID], sheet.State == "hidden" || sheet.State == "veryHidden"})
	}
	if texts == "" {
		return b, nil
	}
	return b, b.readTexts(texts)
}

func (b *workbook) readXML(name string, into any) error {
	part, err := openPart(b.archive, name)
	if err != nil {
		return brokenXML(name, err)
	}
	defer part.Close()
	if err := xml.NewDecoder(io.LimitReader(part, sheetMemory)).Decode(into); err != nil {
		return brokenXML(name, err)
	}
	return nil
}

// sharedTexts are the texts that cells refer to by number, one behind the other.
type sharedTexts struct {
	all  string
	ends []uint32
}

func (t *sharedTexts) at(index int) (string, bool) {
	if index < 0 || index >= len(t.ends) {
		return "", false
	}
	start := uint32(0)
	if index > 0 {
		start = t.ends[index-1]
	}
	return t.all[start:t.ends[index]], true
}

// readTexts reads the shared texts: the runs of one are joined, readings of the characters (phonetic runs) are left out.
func (b *workbook) readTexts(name string) error {
	part, err := openPart(b.archive, name)
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return brokenXML(name, err)
	}
	defer part.Close()
	scanner := newXMLScanner(part, b.limits.CellBytes)
	var all []byte
	inText, phonetic := false, false
	for {
		err := scanner.next(inText)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			b.texts.all = string(all)
			return nil
		}
		if err != nil {
			return brokenXML(name, err)
		}
		switch {
		case scanner.is("rPh"):
			phonetic = !scanner.closing && !scanner.empty
		case scanner.is("t"):
			if scanner.closing && !phonetic {
				all = append(all, scanner.text...)
			}
			inText = !scanner.closing && !scanner.empty
		case scanner.is("si") && (scanner.closing || scanner.empty):
			b.texts.ends = append(b.texts.ends, uint32(len(all)))
		}
		if len(all) > maxTextBytes || len(b.texts.ends) > maxTextBytes/8 {
			return faultf("工作簿的文字超过 %d 字节", "the texts of the workbook take more than %d bytes", maxTextBytes)
		}
	}
}

// A sheetReader turns the stream of a sheet into rows.
type sheetReader struct {
	book    *workbook
	scanner *xmlScanner
	row     int // number of the row being read
	column  int // of the cell being read, from 0
	kind    string
	inCell  bool
	inValue bool // inside <v>, or <t> of an inline text
	value   []byte
	spans   []cellSpan
	scratch []byte // values of the row that are not shared
}

// A cellSpan is the value of one cell: shared text, or a piece of scratch.
type cellSpan struct {
	column     int
	shared     string
	start, end int
}

// rows streams the rows of a sheet that have cells, with their numbers.
func (b *workbook) rows(sheet workbookSheet) rowSource {
	return func(ctx context.Context, yield func(int, []string) error) error {
		part, err := openPart(b.archive, sheet.part)
		if err != nil {
			return faultf("工作表“%s”读不出", "sheet %q cannot be read", sheet.name, err)
		}
		defer part.Close()
		r := &sheetReader{book: b, scanner: newXMLScanner(part, b.limits.CellBytes)}
		return r.read(ctx, sheet, yield)
	}
}

func (r *sheetReader) read(ctx context.Context, sheet workbookSheet, yield func(int, []string) error) error {
	var cells []string
	for count := 0; ; {
		err := r.scanner.next(r.inValue)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err == nil {
			err = r.take()
		}
		if err != nil {
			return faultf("工作表“%s”第 %d 行起读不出", "sheet %q cannot be read from row %d on", sheet.name, r.row, err)
		}
		if !r.scanner.is("row") || !r.scanner.closing {
			if r.scanner.is("sheetData") && r.scanner.closing {
				return nil // what follows are merged cells, formats, pictures
			}
			continue
		}
		cells = r.finishRow(cells[:0])
		count++
		if err := checkRow(ctx, count, r.row, cells, r.book.limits); err != nil {
			return err
		}
		if err := yield(r.row, cells); err != nil {
			return err
		}
	}
}

// take follows one tag.
func (r *sheetReader) take() error {
	s := r.scanner
	switch {
	case s.is("row") && !s.closing:
		return r.startRow()
	case s.is("c") && !s.closing:
		return r.startCell()
	case s.is("c"):
		r.endCell()
	case s.is("v") || s.is("t"):
		if s.closing {
			r.value = append(r.value, s.text...)
		}
		r.inValue = r.inCell && !s.closing && !s.empty
	}
	return nil
}

func (r *sheetReader) startRow() error {
	next := r.row + 1
	if text := r.scanner.attribute("r"); text != nil {
		number, err := strconv.Atoi(string(text))
		if err != nil || number < next {
			return fmt.Errorf("row %q after row %d", text, r.row)
		}
		next = number
	}
	r.book.numbers = r.book.numbers[:0]
	r.row, r.column, r.spans, r.scratch = next, -1, r.spans[:0], r.scratch[:0]
	return nil
}

func (r *sheetReader) startCell() error {
	r.column++
	if text := r.scanner.attribute("r"); text != nil {
		column, ok := columnOf(text)
		if !ok || column < r.column {
			return fmt.Errorf("cell %q is out of order", text)
		}
		r.column = column
	}
	if r.column >= r.book.limits.Columns {
		return faultf("有 %d 列，超过上限", "%d columns are more than allowed", r.column+1)
	}
	r.kind, r.value = string(r.scanner.attribute("t")), r.value[:0]
	r.inCell = !r.scanner.empty
	return nil
}

// columnOf reads the letters of a cell's name: A is 0.
func columnOf(name []byte) (int, bool) {
	column := 0
	for i, c := range name {
		if c >= 'A' && c <= 'Z' && i < 4 {
			column = column*26 + int(c-'A') + 1
			continue
		}
		return column - 1, i > 0 && c >= '0' && c <= '9'
	}
	return 0, false
}

// endCell keeps the value of a cell.
func (r *sheetReader) endCell() {
	r.inCell, r.inValue = false, false
	if len(r.value) == 0 {
		return
	}
	span := cellSpan{column: r.column}
	if r.kind == "s" {
		index, err := strconv.Atoi(string(r.value))
		if err != nil {
			return
		}
		span.shared, _ = r.book.texts.at(index)
	} else {
		if r.kind == "" || r.kind == "n" {
			r.book.numbers = append(r.book.numbers, r.column)
		}
		span.start = len(r.scratch)
		r.scratch = append(r.scratch, r.value...)
		span.end = len(r.scratch)
	}
	r.spans = append(r.spans, span)
}

// finishRow makes the cells of a row: one allocation holds all values that are not shared.
func (r *sheetReader) finishRow(cells []string) []string {
	own := string(r.scratch)
	for _, span := range r.spans {
		for len(cells) <= span.column {
			cells = append(cells, "")
		}
		if span.end > span.start {
			cells[span.column] = own[span.start:span.end]
		} else {
			cells[span.column] = span.shared
		}
	}
	return cells
}
