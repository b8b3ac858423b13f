package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// openGeoJSON opens a FeatureCollection, a single feature or geometry, a sequence of features, or a nested list of units. Row numbers
// are positions, the first feature is 1. The file is read once to learn its properties.
func (o opening) openGeoJSON() (*table, error) {
	_, encoding, err := textReader(o.src)
	if err != nil {
		return nil, err
	}
	t := &table{format: "geojson", encoding: encoding, layer: baseName(o.src.Name), geometries: true}
	t.layers = []string{t.layer}
	if encoding != encodingUTF8 && encoding != encodingUTF8BOM {
		t.notes = append(t.notes, note{"", "JSON 文件不是 UTF-8 而是 " + encoding, "the JSON is not UTF-8 but " + encoding, "按 " + encoding + " 读取", "read as " + encoding})
	}
	columns := map[string]int{}
	first := jsonReader{limits: o.options.Limits, onFeature: func(_ int, f feature) error {
		for _, p := range f.properties {
			if _, has := columns[p.key]; !has {
				if len(columns) >= o.options.Limits.Columns {
					return faultf("属性超过 %d 个", "more than %d properties", o.options.Limits.Columns)
				}
				columns[p.key] = len(columns)
				t.header = append(t.header, p.key)
			}
		}
		return nil
	}}
	if err := first.read(o.ctx, decoded(o.src.reader(), encoding)); err != nil {
		return nil, err
	}
	t.crs = first.crs
	if first.nested {
		t.format, t.geometries = "json", false
	} else if t.crs == "" {
		t.crs = "default:wgs84"
	}
	t.each = func(ctx context.Context, yield func(record) error) error {
		reader := jsonReader{limits: o.options.Limits, onFeature: func(number int, f feature) error {
			cells := make([]string, len(t.header))
			for _, p := range f.properties {
				cells[columns[p.key]] = p.value
			}
			return yield(record{number: number, cells: cells, geometry: f.geometry, fault: f.fault, notes: f.notes})
		}}
		return reader.read(ctx, decoded(o.src.reader(), encoding))
	}
	return t, nil
}

type property struct{ key, value string }

type feature struct {
	properties []property
	geometry   orb.Geometry
	fault      string
	notes      []note
}

// A jsonReader streams the features of a JSON text.
type jsonReader struct {
	limits    Limits
	onFeature func(number int, f feature) error
	crs       string
	nested    bool // the text is a nested list of units, not GeoJSON
	count     int
}

func (r *jsonReader) read(ctx context.Context, text io.Reader) error {
	decoder := json.NewDecoder(text)
	decoder.UseNumber()
	for documents := 0; ; documents++ {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && documents > 0 {
			return nil
		}
		if err != nil {
			return brokenJSON(decoder, err)
		}
		switch token {
		case json.Delim('{'):
			err = r.readObject(ctx, decoder)
		case json.Delim('['):
			r.nested = true
			err = r.readList(ctx, decoder)
		default:
			err = faultf("不是 GeoJSON：开头是 %v", "not GeoJSON: it starts with %v", token)
		}
		if err != nil {
			return err
		}
	}
}

func brokenJSON(decoder *json.Decoder, err error) error {
	return faultf("JSON 在第 %d 字节处不完整", "the JSON is broken at byte %d", decoder.InputOffset(), err)
}

// readObject reads a document whose opening brace is read: a collection streams its features, everything else is held.
func (r *jsonReader) readObject(ctx context.Context, decoder *json.Decoder) error {
	members := map[string]json.RawMessage{}
	streamed := false
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return brokenJSON(decoder, err)
		}
		if key == "features" {
			streamed = true
			if err := r.readFeatures(ctx, decoder); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return brokenJSON(decoder, err)
		}
		members[key.(string)] = value
	}
	if _, err := decoder.Token(); err != nil {
		return brokenJSON(decoder, err)
	}
	if r.crs == "" {
		r.crs = jsonCRS(members["crs"])
	}
	kind := jsonString(members["type"])
	switch {
	case kind == "FeatureCollection" && streamed:
		return nil
	case streamed || kind == "FeatureCollection":
		return faultf("GeoJSON 的 type 应为 FeatureCollection 且有 features，实为 %q", "the type of the GeoJSON should be FeatureCollection, with features; it is %q", kind)
	case kind == "Feature":
		return r.emit(ctx, members)
	case kind != "" && (members["coordinates"] != nil || members["geometries"] != nil):
		whole, err := json.Marshal(members)
		if err != nil {
			return err
		}
		return r.emit(ctx, map[string]json.RawMessage{"type": json.RawMessage(`"Feature"`), "geometry": whole})
	}
	r.nested = true
	return r.emitNested(ctx, members, 0)
}

func (r *jsonReader) readFeatures(ctx context.Context, decoder *json.Decoder) error {
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return faultf("GeoJSON 的 features 不是列表", "features of the GeoJSON is not a list", err)
	}
	for decoder.More() {
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return brokenJSON(decoder, err)
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(value, &members) != nil || jsonString(members["type"]) != "Feature" {
			if err := r.give(ctx, feature{fault: "不是 Feature (not a Feature)"}); err != nil {
				return err
			}
			continue
		}
		if err := r.emit(ctx, members); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	if err != nil {
		return brokenJSON(decoder, err)
	}
	return nil
}

// readList reads a list of units, each with its name, its code and lists of the units below.
func (r *jsonReader) readList(ctx context.Context, decoder *json.Decoder) error {
	for decoder.More() {
		var members map[string]json.RawMessage
		if err := decoder.Decode(&members); err != nil {
			return brokenJSON(decoder, err)
		}
		if jsonString(members["type"]) == "Feature" {
			r.nested = false
			if err := r.emit(ctx, members); err != nil {
				return err
			}
			continue
		}
		if err := r.emitNested(ctx, members, 0); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	if err != nil {
		return brokenJSON(decoder, err)
	}
	return nil
}

const maxNesting = 16

func (r *jsonReader) emitNested(ctx context.Context, members map[string]json.RawMessage, depth int) error {
	if members["name"] == nil || depth > maxNesting {
		return faultf("JSON 既不是 GeoJSON，也不是带 name、code 的区划列表", "the JSON is neither GeoJSON nor a list of units with name and code")
	}
	var f feature
	var below [][]map[string]json.RawMessage
	for _, key := range sortedKeys(members) {
		var units []map[string]json.RawMessage
		if json.Unmarshal(members[key], &units) == nil && len(units) > 0 {
			below = append(below, units)
			continue
		}
		f.properties = append(f.properties, property{key, plainValue(members[key])})
	}
	if err := r.give(ctx, f); err != nil {
		return err
	}
	for _, units := range below {
		for _, unit := range units {
			if err := r.emitNested(ctx, unit, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// emit gives on one feature.
func (r *jsonReader) emit(ctx context.Context, members map[string]json.RawMessage) error {
	var f feature
	var properties map[string]json.RawMessage
	if raw := members["properties"]; raw != nil && json.Unmarshal(raw, &properties) != nil {
		f.fault = "properties 不是对象 (properties is not an object)"
	}
	for _, key := range sortedKeys(properties) {
		f.properties = append(f.properties, flatten(key, properties[key])...)
	}
	if id := plainValue(members["id"]); id != "" && properties["id"] == nil {
		f.properties = append(f.properties, property{"id", id})
	}
	if raw := members["geometry"]; len(raw) > 0 && string(raw) != "null" {
		if len(raw) > r.limits.CellBytes {
			f.fault = fmt.Sprintf("几何超过 %d 字节 (geometry of more than %d bytes)", r.limits.CellBytes, r.limits.CellBytes)
		} else if geometry, notes, err := parseGeoJSONGeometry(raw, 0); err != nil {
			f.fault = err.Error()
		} else {
			f.geometry, f.notes = geometry, notes
		}
	}
	return r.give(ctx, f)
}

func (r *jsonReader) give(ctx context.Context, f feature) error {
	if r.count++; r.count > r.limits.Rows {
		return faultf("超过 %d 个要素的上限", "more than %d features", r.limits.Rows)
	}
	if r.count%1024 == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	return r.onFeature(r.count, f)
}

// flatten makes cells of a property; the members of an object become key.member.
func flatten(key string, raw json.RawMessage) []property {
	var object map[string]json.RawMessage
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &object) != nil {
		return []property{{key, plainValue(raw)}}
	}
	var out []property
	for _, member := range sortedKeys(object) {
		out = append(out, property{key + "." + member, plainValue(object[member])})
	}
	return out
}

// plainValue writes a JSON value as a cell: strings without quotes, null as nothing, numbers as they stand.
func plainValue(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if raw[0] == '"' {
		return jsonString(raw)
	}
	return strings.TrimSpace(string(raw))
}

func jsonString(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// jsonCRS reads the crs member of GeoJSON 2008; RFC 7946 has none and means WGS-84.
func jsonCRS(raw json.RawMessage) string {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
			Code any    `json:"code"`
		} `json:"properties"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &crs) != nil {
		return ""
	}
	name := crs.Properties.Name
	switch {
	case strings.HasSuffix(name, "CRS84"), strings.HasSuffix(name, "CRS83"):
		return "wgs84"
	case strings.Contains(strings.ToUpper(name), "EPSG"):
		return "EPSG:" + name[strings.LastIndexAny(name, ":/")+1:]
	}
	return name
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
