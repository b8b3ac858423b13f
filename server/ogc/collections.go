package ogc

import (
	"lawcircle/server/layer"
)

// collectionInfo describes a collection; the list of collections and the page of one say exactly the same.
type collectionInfo struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	ItemType    string   `json:"itemType"`
	ItemCount   int      `json:"itemCount"`
	Extent      *extent  `json:"extent,omitempty"`
	CRS         []string `json:"crs"`
	StorageCRS  string   `json:"storageCrs"`
	Links       []link   `json:"links"`
}

type extent struct {
	Spatial  spatialExtent   `json:"spatial"`
	Temporal *temporalExtent `json:"temporal,omitempty"`
}

type spatialExtent struct {
	BBox [][]float64 `json:"bbox"`
	CRS  string      `json:"crs"`
}

type temporalExtent struct {
	Interval [][2]*string `json:"interval"`
	TRS      string       `json:"trs"`
}

func (r *request) info(c *Collection) collectionInfo {
	at := r.base + "/collections/" + c.ID
	out := collectionInfo{
		ID: c.ID, Title: c.Title.In(r.lang), Description: c.Description.In(r.lang), ItemType: "feature", ItemCount: len(c.Features),
		CRS: uris(c.systems), StorageCRS: crs84,
		Links: []link{
			{Href: at, Rel: "self", Type: mediaJSON},
			{Href: at + "?f=html", Rel: "alternate", Type: mediaHTML},
			{Href: at + "/items", Rel: "items", Type: mediaGeoJSON, Title: c.Title.In(r.lang)},
			{Href: at + "/items?f=html", Rel: "items", Type: mediaHTML, Title: c.Title.In(r.lang)},
			{Href: at + "/queryables", Rel: "http://www.opengis.net/def/rel/ogc/1.0/queryables", Type: mediaSchema},
			{Href: at + "/schema", Rel: "http://www.opengis.net/def/rel/ogc/1.0/schema", Type: mediaSchema},
			{Href: at + "/schema", Rel: "describedby", Type: mediaSchema},
			{Href: at + "/tiles", Rel: "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", Type: mediaJSON},
		},
	}
	if !c.located {
		return out
	}
	out.Extent = &extent{Spatial: spatialExtent{[][]float64{c.publishedExtent()}, crs84}}
	if c.hasTime() {
		out.Extent.Temporal = &temporalExtent{[][2]*string{c.timeExtent()}, "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
	}
	return out
}

func (r *request) collections() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	answer := struct {
		Links       []link           `json:"links"`
		CRS         []string         `json:"crs"`
		Collections []collectionInfo `json:"collections"`
	}{Links: r.selfLinks(mediaJSON), CRS: []string{crs84}, Collections: []collectionInfo{}}
	for _, c := range r.source.Collections {
		info := r.info(c)
		for _, uri := range info.CRS {
			if !contains(answer.CRS, uri) {
				answer.CRS = append(answer.CRS, uri)
			}
		}
		answer.Collections = append(answer.Collections, info)
	}
	return r.send(mediaJSON, answer, view{Title: r.say("数据集", "Collections"), Links: answer.Links, Rows: collectionRows(r), Help: true})
}

func contains(list []string, item string) bool {
	for _, have := range list {
		if have == item {
			return true
		}
	}
	return false
}

func (r *request) collection() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	info := r.info(c)
	return r.send(mediaJSON, info, view{
		Title: info.Title, Text: info.Description, Links: info.Links, Map: drawing(c.Features), Rows: fieldRows(r, c), List: info.CRS, Help: true,
	})
}

// jsonSchema is the JSON Schema of a collection's properties.
type jsonSchema struct {
	Schema               string                    `json:"$schema"`
	ID                   string                    `json:"$id"`
	Type                 string                    `json:"type"`
	Title                string                    `json:"title"`
	Properties           map[string]propertySchema `json:"properties"`
	AdditionalProperties *bool                     `json:"additionalProperties,omitempty"`
}

type propertySchema struct {
	Title  string   `json:"title"`
	Type   string   `json:"type,omitempty"`
	Format string   `json:"format,omitempty"`
	Enum   []string `json:"enum,omitempty"`
	Unit   string   `json:"x-ogc-unit,omitempty"`
	Role   string   `json:"x-ogc-role,omitempty"`
	Seq    int      `json:"x-ogc-propertySeq,omitempty"`
}

func (r *request) properties(c *Collection) map[string]propertySchema {
	out := map[string]propertySchema{"geom": {Title: r.say("几何", "Geometry"), Format: "geometry-any", Role: "primary-geometry"}}
	for i, f := range c.Fields {
		title := f.Title.In(r.lang)
		if f.Unit != "" {
			title += " (" + f.Unit + ")"
		}
		p := propertySchema{Title: title, Type: string(f.Type), Enum: f.Enum, Unit: f.Unit, Seq: i + 1}
		if f.Type == layer.Date {
			p.Type, p.Format = "string", c.dateFormat(i)
		}
		switch f.Name {
		case c.From:
			p.Role = "primary-interval-start"
		case c.Until:
			p.Role = "primary-interval-end"
		}
		out[f.Name] = p
	}
	return out
}

func (r *request) queryables() error { return r.describeProperties("queryables", false) }

func (r *request) schema() error { return r.describeProperties("schema", true) }

func (r *request) describeProperties(path string, withID bool) error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	closed := false
	answer := jsonSchema{
		Schema: "https://json-schema.org/draft/2020-12/schema", ID: r.base + "/collections/" + c.ID + "/" + path, Type: "object",
		Title: c.Title.In(r.lang), Properties: r.properties(c), AdditionalProperties: &closed,
	}
	if withID {
		answer.Properties["id"] = propertySchema{Title: r.say("编号", "Id"), Type: "string", Role: "id"}
	}
	return r.send(mediaSchema, answer, view{Title: answer.Title, Links: r.selfLinks(mediaSchema), Rows: fieldRows(r, c)})
}

// dateFormat is "date" where every value is a full date; a year or a month alone is only a text.
func (c *Collection) dateFormat(at int) string {
	for _, f := range c.Features {
		if date, ok := f.Values[at].(string); ok && len(date) != len("2006-01-02") {
			return ""
		}
	}
	return "date"
}
