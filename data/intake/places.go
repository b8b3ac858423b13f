package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// NamedPoint is a place of a plain list.
type NamedPoint struct {
	ID    string
	Point orb.Point // WGS-84 degrees
}

// placeHeaders are the headers of a list of places: its id, its longitude and its latitude, the first name found being taken.
var placeHeaders = [3][]string{{"id", "编号", "name", "名称"}, {"lon", "lng", "longitude", "经度"}, {"lat", "latitude", "纬度"}}

// Places reads a plain CSV of places for analysts: UTF-8, a header with id, lon and lat (or 编号, 经度, 纬度; without an id the name serves) in
// any order, WGS-84 degrees; other columns are passed over. Unlike an import it refuses the whole list at the first row that is wrong, naming its line.
func Places(r io.Reader) ([]NamedPoint, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	at, err := placeColumns(header)
	if err != nil {
		return nil, err
	}
	var out []NamedPoint
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		line, _ := reader.FieldPos(0)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		place, err := placeOf(record, at)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		out = append(out, place)
	}
}

func placeColumns(header []string) (at [3]int, err error) {
	for i, names := range placeHeaders {
		at[i] = -1
		for _, name := range names {
			at[i] = slices.IndexFunc(header, func(h string) bool {
				return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), name)
			})
			if at[i] >= 0 {
				break
			}
		}
		if at[i] < 0 {
			return at, fmt.Errorf("the header has no column %q; it needs id, lon and lat", names[0])
		}
	}
	return at, nil
}

func placeOf(record []string, at [3]int) (NamedPoint, error) {
	if len(record) <= max(at[0], at[1], at[2]) {
		return NamedPoint{}, fmt.Errorf("only %d columns", len(record))
	}
	lon, errLon := strconv.ParseFloat(strings.TrimSpace(record[at[1]]), 64)
	lat, errLat := strconv.ParseFloat(strings.TrimSpace(record[at[2]]), 64)
	if errLon != nil || errLat != nil || !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) {
		return NamedPoint{}, fmt.Errorf("lon %q, lat %q are not degrees", record[at[1]], record[at[2]])
	}
	return NamedPoint{record[at[0]], orb.Point{lon, lat}}, nil
}
