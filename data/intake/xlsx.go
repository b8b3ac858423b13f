package intake

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetMemory is how much of one part of a workbook is held in memory before it goes to a temporary file.
const sheetMemory = 16 << 20

// openXLSX opens a sheet of a workbook: the one asked for, else the visible one whose header is best known.
func (o opening) openXLSX() (*table, error) {
	file, err := o.openWorkbook()
	if err != nil {
		return nil, err
	}
	t := &table{format: "xlsx", close: func() { done(file) }}
	if properties, err := file.GetWorkbookProps(); err == nil && properties.Date1904 != nil {
		t.date1904 = *properties.Date1904
	}
	if err := o.chooseSheet(file, t); err != nil {
		t.release()
		return nil, err
	}
	return t, nil
}

func (o opening) openWorkbook() (*excelize.File, error) {
	limits := o.options.Limits
	archive, err := zip.NewReader(o.src.Data, o.src.Size)
	if err != nil {
		return nil, faultf("%s 不是完整的 xlsx 文件，请在 Excel 或 WPS 中打开后另存", "%s is not a complete xlsx file: open it in Excel or WPS and save it again", o.src.Name, err)
	}
	if err := checkArchive(archive, limits); err != nil {
		return nil, err
	}
	if err := checkWorkbook(archive); err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(o.src.reader(), excelize.Options{RawCellValue: true, UnzipSizeLimit: limits.Unpacked, UnzipXMLSizeLimit: sheetMemory})
	if err != nil {
		return nil, faultf("%s 不能作为 xlsx 打开（可能损坏或加了密码）", "%s cannot be opened as xlsx (damaged, or with a password?)", o.src.Name, err)
	}
	return file, nil
}

// chooseSheet finds sheet and header. Hidden sheets are only read when asked for by name; visible ones left out are remarked.
func (o opening) chooseSheet(file *excelize.File, t *table) error {
	var firstErr error
	var best *table
	bestKnown := -1
	var readable []string
	index := o.schema.lookup()
	for _, name := range file.GetSheetList() {
		visible, err := file.GetSheetVisible(name)
		if err != nil {
			return faultf("工作表“%s”读不出", "sheet %q cannot be read", name, err)
		}
		asked := o.options.Sheet != "" && clean(name) == clean(o.options.Sheet)
		if !visible {
			t.notes = append(t.notes, note{"", "隐藏的工作表“" + name + "”未导入", "hidden sheet " + name + " was not imported", "", ""})
		}
		t.layers = append(t.layers, name)
		if o.options.Sheet != "" && !asked || o.options.Sheet == "" && !visible {
			continue
		}
		candidate := &table{layer: name}
		if err := o.findHeader(candidate, sheetRows(file, name, o.options.Limits), o.mergedRanges(name)); err != nil {
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		readable = append(readable, name)
		if known, _ := o.knownIn(index, candidate.header); known > bestKnown {
			best, bestKnown = candidate, known
		}
	}
	for _, name := range readable {
		if best != nil && name != best.layer {
			t.notes = append(t.notes, note{"", "工作表“" + name + "”也有数据，未导入；可用 --sheet 另行导入", "sheet " + name + " has data as well and was not imported; import it with --sheet", "", ""})
		}
	}
	switch {
	case best != nil:
		t.layer, t.header, t.headerRows, t.each = best.layer, best.header, best.headerRows, best.each
		t.crs, t.notes = best.crs, append(t.notes, best.notes...)
		return nil
	case firstErr != nil:
		return firstErr
	case o.options.Sheet != "":
		return faultf("没有工作表“%s”，有：%s", "there is no sheet %q; there are: %s", o.options.Sheet, strings.Join(t.layers, "、"))
	}
	return faultf("%s 里没有可见的工作表", "%s has no visible sheet", o.src.Name)
}

// sheetRows streams the rows of a sheet. A workbook that claims more cells than the limits allow is refused on the way.
func sheetRows(file *excelize.File, sheet string, limits Limits) rowSource {
	return func(ctx context.Context, yield func(int, []string) error) error {
		rows, err := file.Rows(sheet)
		if err != nil {
			return faultf("工作表“%s”读不出", "sheet %q cannot be read", sheet, err)
		}
		defer done(rows)
		for number := 1; rows.Next(); number++ {
			cells, err := rows.Columns()
			if err != nil {
				return faultf("工作表“%s”第 %d 行读不出", "row %[2]d of sheet %[1]q cannot be read", sheet, number, err)
			}
			if err := checkRow(ctx, number, number, cells, limits); err != nil {
				return err
			}
			if err := yield(number, cells); err != nil {
				return err
			}
		}
		if err := rows.Error(); err != nil {
			return faultf("工作表“%s”不完整", "sheet %q is broken", sheet, err)
		}
		return nil
	}
}

// mergedRanges reads the merged cells, which stand behind the rows in the sheet's part, without holding the sheet in memory. A part
// that cannot be read has none: the rows themselves will say what is wrong.
func (o opening) mergedRanges(sheet string) []mergedRange {
	archive, err := zip.NewReader(o.src.Data, o.src.Size)
	if err != nil {
		return nil
	}
	part, err := archive.Open(sheetPart(archive, sheet))
	if err != nil {
		return nil
	}
	defer done(part)
	return scanMerged(part)
}

// scanMerged finds <mergeCell ref="A1:B2"/> in a stream.
func scanMerged(r io.Reader) []mergedRange {
	const maxRanges = 1 << 20
	var ranges []mergedRange
	tag, carry := []byte("<mergeCell "), []byte(nil)
	buffer := make([]byte, 256<<10)
	for {
		n, err := r.Read(buffer)
		text := append(carry, buffer[:n]...)
		ranges, carry = takeMerged(text, tag, ranges)
		if err != nil || len(ranges) > maxRanges {
			return ranges
		}
	}
}

// takeMerged takes the complete tags out of a piece of text and returns what may be the start of the next.
func takeMerged(text, tag []byte, ranges []mergedRange) ([]mergedRange, []byte) {
	rest := string(text)
	for {
		start := strings.Index(rest, string(tag))
		if start < 0 {
			return ranges, []byte(rest[max(0, len(rest)-len(tag)):])
		}
		end := strings.IndexByte(rest[start:], '>')
		if end < 0 {
			if len(rest)-start > 1024 {
				return ranges, nil
			}
			return ranges, []byte(rest[start:])
		}
		if r, ok := parseMerged(rest[start : start+end]); ok {
			ranges = append(ranges, r)
		}
		rest = rest[start+end:]
	}
}

func parseMerged(tag string) (mergedRange, bool) {
	_, ref, ok := strings.Cut(tag, `ref="`)
	ref, _, closed := strings.Cut(ref, `"`)
	from, to, isRange := strings.Cut(ref, ":")
	if !ok || !closed || !isRange {
		return mergedRange{}, false
	}
	c1, r1, err1 := excelize.CellNameToCoordinates(from)
	c2, r2, err2 := excelize.CellNameToCoordinates(to)
	if err1 != nil || err2 != nil || r2 < r1 || c2 < c1 {
		return mergedRange{}, false
	}
	return mergedRange{r1, r2, c1 - 1, c2 - 1}, true
}

// sheetPart finds the part of a sheet through the workbook's relationships; "" when it cannot.
func sheetPart(archive *zip.Reader, sheet string) string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if readXML(archive, "xl/workbook.xml", &book) != nil || readXML(archive, "xl/_rels/workbook.xml.rels", &relations) != nil {
		return ""
	}
	for _, s := range book.Sheets {
		for _, r := range relations.Relations {
			if s.Name == sheet && r.ID == s.ID {
				if rooted, ok := strings.CutPrefix(r.Target, "/"); ok {
					return rooted
				}
				return path.Join("xl", r.Target)
			}
		}
	}
	return ""
}

func readXML(archive *zip.Reader, name string, into any) error {
	part, err := archive.Open(name)
	if err != nil {
		return err
	}
	defer done(part)
	return xml.NewDecoder(io.LimitReader(part, sheetMemory)).Decode(into)
}
