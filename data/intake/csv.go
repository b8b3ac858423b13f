package intake

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// openCSV opens delimited text. Row numbers are line numbers.
func (o opening) openCSV(format string) (*table, error) {
	_, encoding, err := textReader(o.src)
	if err != nil {
		return nil, err
	}
	comma, err := detectDelimiter(decoded(o.src.reader(), encoding))
	if err != nil {
		return nil, err
	}
	if comma == '\t' {
		format = "tsv"
	}
	t := &table{format: format, encoding: encoding, layer: baseName(o.src.Name)}
	t.layers = []string{t.layer}
	rows := func(ctx context.Context, yield func(number int, cells []string) error) error {
		guard := &recordGuard{reader: decoded(o.src.reader(), encoding), limit: o.options.Limits.CellBytes}
		reader := csv.NewReader(guard)
		reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord, reader.ReuseRecord = comma, true, -1, true
		return eachCSV(ctx, reader, o.options.Limits, func(number int, cells []string) error {
			guard.read = 0
			return yield(number, cells)
		})
	}
	if err := o.findHeader(t, rows, nil); err != nil {
		return nil, err
	}
	return t, nil
}

// A recordGuard refuses a record that goes on for ever, which an unclosed quote makes of the rest of a file.
type recordGuard struct {
	reader      io.Reader
	read, limit int
}

func (g *recordGuard) Read(buffer []byte) (int, error) {
	n, err := g.reader.Read(buffer)
	if g.read += n; g.read > g.limit+1<<20 {
		return 0, faultf("有一格超过 %d 字节，引号可能没有闭合", "a cell has more than %d bytes: an unclosed quote?", g.limit)
	}
	return n, err
}

func eachCSV(ctx context.Context, reader *csv.Reader, limits Limits, yield func(int, []string) error) error {
	for count := 0; ; count++ {
		cells, err := reader.Read()
		if err == io.EOF {
			return nil
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return faultf("第 %d 行的引号或分隔符不完整", "quotes or separators of line %d are broken", syntax.Line, err)
		}
		if err != nil {
			return err
		}
		line, _ := reader.FieldPos(0)
		if err := checkRow(ctx, count, line, cells, limits); err != nil {
			return err
		}
		if err := yield(line, cells); err != nil {
			return err
		}
	}
}

// checkRow holds a row against the limits.
func checkRow(ctx context.Context, count, line int, cells []string, limits Limits) error {
	if count%1024 == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	if count >= limits.Rows {
		return faultf("超过 %d 行的上限", "more than %d rows", limits.Rows)
	}
	if len(cells) > limits.Columns {
		return faultf("第 %d 行有 %d 列，超过 %d 列的上限", "row %d has %d columns, more than the limit of %d", line, len(cells), limits.Columns)
	}
	for _, cell := range cells {
		if len(cell) > limits.CellBytes {
			return faultf("第 %d 行有一格超过 %d 字节（引号可能没有闭合）", "a cell of row %d has more than %d bytes (an unclosed quote?)", line, limits.CellBytes)
		}
	}
	return nil
}

// detectDelimiter picks the separator that gives the first lines the most columns of an even number.
func detectDelimiter(text io.Reader) (rune, error) {
	buffered := bufio.NewReaderSize(text, 64<<10)
	sample, err := buffered.Peek(64 << 10)
	if err != nil && err != io.EOF {
		return 0, err
	}
	best, bestScore := ',', 0
	for _, comma := range []rune{',', '\t', ';', '|'} {
		if score := delimiterScore(string(sample), comma); score > bestScore {
			best, bestScore = comma, score
		}
	}
	return best, nil
}

// delimiterScore counts the separators outside quotes in the first lines that agree with the line before.
func delimiterScore(sample string, comma rune) int {
	score, count, previous, quoted, lines := 0, 0, -1, false, 0
	for _, r := range sample {
		switch {
		case r == '"':
			quoted = !quoted
		case r == comma && !quoted:
			count++
		case r == '\n' && !quoted:
			if count > 0 && (count == previous || previous < 0) {
				score += count
			}
			previous, count = count, 0
			if lines++; lines == 30 {
				return score
			}
		}
	}
	if count == previous || previous < 0 {
		score += count
	}
	return score
}

// isBlank reports a row without any value.
func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" && clean(cell) != "" {
			return false
		}
	}
	return true
}
