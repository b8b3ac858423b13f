package intake

import (
	"slices"
	"strings"
)

// markPersonal finds out which columns hold personal data by their field, and which need not be searched for it: numbers, codes and
// geometry.
func (im *importer) markPersonal() {
	im.personal = make([]bool, len(im.table.header))
	for i := range im.personal {
		im.personal[i] = true
	}
	im.restrictedColumns = make([]bool, len(im.table.header))
	for _, field := range []Field{fieldPerson, fieldPhone, fieldIdentity} {
		if column, ok := im.columns[field]; ok {
			im.restrictedColumns[column] = true
		}
	}
	for _, field := range []Field{fieldID, fieldCode, fieldLon, fieldLat, fieldLonLat, fieldWKT, fieldPeople, fieldParent, fieldCountyCode} {
		if column, ok := im.columns[field]; ok {
			im.personal[column] = false
		}
	}
}

// restrict moves the personal data of a row into the restricted table. Call it when the id of the row is known.
func (l *line) restrict(layer, id string) {
	for _, field := range []Field{fieldPerson, fieldPhone, fieldIdentity} {
		if text := l.text(field); text != "" {
			l.batch.Restricted = append(l.batch.Restricted, Restricted{layer, id, string(field), text})
		}
	}
	for column, cell := range l.cells {
		if column >= len(l.personal) || !l.personal[column] || l.isRestrictedColumn(column) {
			continue
		}
		for _, value := range personalData(cell) {
			header := l.table.header[column]
			l.batch.Restricted = append(l.batch.Restricted, Restricted{layer, id, header, value})
			l.repair(Field(header), pair("含手机号或身份证号", "holds a mobile or identity number"), pair("已移入受限表，导出不含", "moved to the restricted table, not exported"))
		}
	}
}

func (l *line) isRestrictedColumn(column int) bool {
	return column < len(l.restrictedColumns) && l.restrictedColumns[column]
}

// public returns the text of a field without personal data.
func (l *line) public(field Field) string {
	column, ok := l.columns[field]
	if !ok {
		return ""
	}
	return l.masked(l.text(field), column)
}

// maskNumber keeps three digits in front and four behind: 138****1234.
func maskNumber(value string) string {
	if len(value) < 8 {
		return strings.Repeat("*", len(value))
	}
	return value[:3] + strings.Repeat("*", len(value)-7) + value[len(value)-4:]
}

// personalData finds mobile numbers (1[3-9] and nine digits) and 18-digit identity numbers with a valid check digit that stand alone,
// that is, not inside a longer number or behind a decimal point.
func personalData(text string) []string {
	var found []string
	for i := 0; i < len(text); {
		if text[i] < '0' || text[i] > '9' {
			i++
			continue
		}
		start := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		end := i
		if end-start == 17 && end < len(text) && (text[end] == 'X' || text[end] == 'x') {
			end++
		}
		fraction := start > 0 && text[start-1] == '.'
		if run := text[start:end]; !fraction && (isMobile(run) || isIdentity(run)) && !slices.Contains(found, run) {
			found = append(found, run)
		}
	}
	return found
}

func isMobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// isIdentity checks the length, the date of birth and the check digit of GB 11643 (ISO 7064 MOD 11-2).
func isIdentity(digits string) bool {
	if len(digits) != 18 {
		return false
	}
	if _, _, ok := parseDate(digits[6:14]); !ok {
		return false
	}
	weight, sum := 1, 0
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(digits[i]-'0') * weight
	}
	check := (12 - sum%11) % 11
	last := digits[17]
	return check == 10 && (last == 'X' || last == 'x') || check < 10 && int(last-'0') == check
}
