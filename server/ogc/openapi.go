package ogc

import (
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"

	"lawcircle/server/layer"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// describe writes the OpenAPI 3.0 document of the service. Paths are literal, one set per collection, because QGIS looks for the
// parameters of a collection under its own path; shared parameters are components under the names that clients look for.
func (r *request) describe() ([]byte, error) {
	doc := &openapi3.T{
		OpenAPI:    "3.0.3",
		Info:       &openapi3.Info{Title: r.source.Title, Version: r.service.options.Version},
		Servers:    openapi3.Servers{{URL: r.base}},
		Paths:      openapi3.NewPaths(),
		Components: &openapi3.Components{Parameters: sharedParameters()},
	}
	simple := map[string]string{"/": "landing page", "/conformance": "conformance classes", "/collections": "collections", "/api": "this document",
		"/tileMatrixSets": "tiling schemes", "/tileMatrixSets/" + matrixID: "tiling scheme"}
	for path, summary := range simple {
		r.addGet(doc, path, summary, mediaJSON, pageParams())
	}
	for _, c := range r.source.Collections {
		r.describeCollection(doc, c)
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("writing the API definition: %w", err)
	}
	return body, nil
}

func (r *request) describeCollection(doc *openapi3.T, c *Collection) {
	at := "/collections/" + c.ID
	r.addGet(doc, at, c.Title.In(r.lang), mediaJSON, pageParams())
	r.addGet(doc, at+"/queryables", c.Title.In(r.lang), mediaSchema, pageParams())
	r.addGet(doc, at+"/schema", c.Title.In(r.lang), mediaSchema, pageParams())
	r.addGet(doc, at+"/tiles", c.Title.In(r.lang), mediaJSON, pageParams())
	r.addGet(doc, at+"/tiles/"+matrixID, c.Title.In(r.lang), mediaJSON, pageParams())
	tiles := r.addGet(doc, at+"/tiles/"+matrixID+"/{tileMatrix}/{tileRow}/{tileCol}", c.Title.In(r.lang), mediaMVT, pageParams())
	for _, name := range []string{"tileMatrix", "tileRow", "tileCol"} {
		tiles.AddParameter(openapi3.NewPathParameter(name).WithSchema(openapi3.NewStringSchema()))
	}
	item := r.addGet(doc, at+"/items/{featureId}", c.Title.In(r.lang), mediaGeoJSON, pageParams().With(crsParam()))
	item.AddParameter(openapi3.NewPathParameter("featureId").WithSchema(openapi3.NewStringSchema()))
	items := r.addGet(doc, at+"/items", c.Title.In(r.lang), mediaGeoJSON, itemParams(c)[:shared(c)])
	for _, f := range c.Fields {
		items.AddParameter(propertyParameter(f, f.Title.In(r.lang)))
	}
}

// shared is the number of item parameters that are not properties.
func shared(c *Collection) int { return len(itemParams(c)) - len(c.Fields) }

func (r *request) addGet(doc *openapi3.T, path, summary, media string, params query.Set) *openapi3.Operation {
	operation := openapi3.NewOperation()
	operation.Summary = summary
	for _, p := range params {
		operation.Parameters = append(operation.Parameters, &openapi3.ParameterRef{Ref: "#/components/parameters/" + p.Name})
	}
	content := openapi3.NewContentWithSchema(openapi3.NewObjectSchema(), []string{media})
	if media == mediaMVT {
		content = openapi3.NewContentWithSchema(openapi3.NewStringSchema().WithFormat("binary"), []string{media})
	} else {
		content[mediaHTML] = openapi3.NewMediaType().WithSchema(openapi3.NewStringSchema())
	}
	operation.AddResponse(200, openapi3.NewResponse().WithDescription("success").WithContent(content))
	operation.Responses.Set("default", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("failure").
		WithContent(openapi3.NewContentWithSchema(openapi3.NewObjectSchema(), []string{problem.MediaType}))})
	doc.AddOperation(path, "GET", operation)
	return operation
}

// sharedParameters declares the parameters exactly as the conformance suite and QGIS read them: limit with minimum, maximum and default;
// bbox an array of four to six numbers; style form, not exploded.
func sharedParameters() openapi3.ParametersMap {
	number := openapi3.NewFloat64Schema()
	number.Format = ""
	schemas := map[string]*openapi3.Schema{
		"limit":       openapi3.NewIntegerSchema().WithMin(1).WithMax(maxLimit).WithDefault(defaultLimit),
		"offset":      openapi3.NewIntegerSchema().WithMin(0).WithDefault(0),
		"bbox":        openapi3.NewArraySchema().WithItems(number).WithMinItems(4).WithMaxItems(6),
		"bbox-crs":    openapi3.NewStringSchema().WithFormat("uri").WithDefault(crs84),
		"crs":         openapi3.NewStringSchema().WithFormat("uri").WithDefault(crs84),
		"datetime":    openapi3.NewStringSchema(),
		"filter":      openapi3.NewStringSchema(),
		"filter-lang": openapi3.NewStringSchema().WithEnum("cql2-text").WithDefault("cql2-text"),
		"filter-crs":  openapi3.NewStringSchema().WithFormat("uri").WithDefault(crs84),
		"f":           openapi3.NewStringSchema().WithEnum("json", "html"),
		"lang":        openapi3.NewStringSchema().WithEnum("zh-CN", "en"),
	}
	out := openapi3.ParametersMap{}
	for name, schema := range schemas {
		out[name] = &openapi3.ParameterRef{Value: formParameter(name, schema)}
	}
	return out
}

func formParameter(name string, schema *openapi3.Schema) *openapi3.Parameter {
	explode := false
	p := openapi3.NewQueryParameter(name).WithSchema(schema)
	p.Style, p.Explode = openapi3.SerializationForm, &explode
	return p
}

func propertyParameter(f layer.Field, title string) *openapi3.Parameter {
	schema := openapi3.NewStringSchema()
	switch f.Type {
	case layer.Integer:
		schema = openapi3.NewIntegerSchema()
	case layer.Number:
		schema = openapi3.NewFloat64Schema()
	case layer.Boolean:
		schema = openapi3.NewBoolSchema()
	}
	for _, code := range f.Enum {
		schema.Enum = append(schema.Enum, code)
	}
	return formParameter(f.Name, schema).WithDescription(title)
}
