package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"

	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

const openAPIMedia = "application/vnd.oai.openapi+json;version=3.0"

func (s *Server) documentRoutes() []route {
	return []route{{method: http.MethodGet, path: "/api/openapi.json", role: open, media: openAPIMedia, handle: s.openAPI,
		summary: locale.Text{Zh: "本接口的 OpenAPI 3.0 说明", En: "This document"}}}
}

func (s *Server) openAPI(c *call) error {
	return c.Blob(http.StatusOK, openAPIMedia, s.document)
}

// jobResult names the schema of a job's result in the description of the operation that starts the job.
const jobResult = "x-job-result"

// describe writes the OpenAPI document from the table of routes.
func describe(routes []route, version string) ([]byte, error) {
	doc := &openapi3.T{
		OpenAPI: "3.0.3",
		Info: &openapi3.Info{
			Title: "lawcircle 公共法律服务圈接口 / legal service circle API", Version: version,
			Description: "时间单位为毫秒，人数为整数或 null（未知），比例为 0–1 或 null。出错时返回 RFC 9457 文档。 / " +
				"Times in whole milliseconds, people as integers or null (unknown), shares 0–1 or null. Errors are RFC 9457 documents.",
		},
		Paths:      openapi3.NewPaths(),
		Components: &openapi3.Components{},
	}
	fault, err := schemaOf(problem.Document{})
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		operation, err := r.describe(fault)
		if err != nil {
			return nil, fmt.Errorf("describing %s %s: %w", r.method, r.path, err)
		}
		doc.AddOperation(r.documentPath(), r.method, operation)
	}
	return json.Marshal(doc)
}

var (
	echoParam    = regexp.MustCompile(`:([a-z_]+)`)
	documentName = regexp.MustCompile(`\{([a-z_]+)\}`)
)

// documentPath is the path in the form of OpenAPI.
func (r route) documentPath() string {
	if r.docPath != "" {
		return r.docPath
	}
	return echoParam.ReplaceAllString(r.path, "{$1}")
}

func (r route) describe(fault *openapi3.SchemaRef) (*openapi3.Operation, error) {
	operation := openapi3.NewOperation()
	operation.Summary = r.summary.Zh + " / " + r.summary.En
	operation.OperationID = r.operationID()
	operation.Tags = []string{r.tag()}
	for _, match := range documentName.FindAllStringSubmatch(r.documentPath(), -1) {
		schema := openapi3.NewStringSchema()
		for _, choice := range r.choices[match[1]] {
			schema.Enum = append(schema.Enum, choice)
		}
		operation.AddParameter(openapi3.NewPathParameter(match[1]).WithSchema(schema))
	}
	for _, p := range r.params.With(langParam()) {
		operation.AddParameter(describeParam(p))
	}
	if err := r.describeBody(operation); err != nil {
		return nil, err
	}
	answer := openapi3.NewResponse().WithDescription("成功 / success")
	switch {
	case r.answer != nil:
		schema, err := schemaOf(r.answer)
		if err != nil {
			return nil, err
		}
		answer.Content = openapi3.NewContentWithSchemaRef(schema, []string{"application/json"})
	case r.media != "":
		answer.Content = openapi3.NewContentWithSchema(schemaOfMedia(r.media), []string{mediaType(r.media)})
	}
	operation.AddResponse(r.successStatus(), answer)
	if r.result != nil {
		schema, err := schemaOf(r.result)
		if err != nil {
			return nil, err
		}
		operation.Extensions = map[string]any{jobResult: schema.Value} // OpenAPI has no word for what comes later
	}
	if r.versioned {
		operation.AddResponse(http.StatusNotModified, openapi3.NewResponse().WithDescription("没有变化 / not modified"))
	}
	if r.media == mvtMedia {
		operation.AddResponse(http.StatusNoContent, openapi3.NewResponse().WithDescription("空瓦片 / an empty tile"))
	}
	operation.Responses.Set("default", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("出错 / failure").
		WithContent(openapi3.NewContentWithSchemaRef(fault, []string{problem.MediaType}))})
	return operation, nil
}

func (r route) successStatus() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

func (r route) operationID() string {
	words := strings.FieldsFunc(r.documentPath(), func(c rune) bool { return strings.ContainsRune("/.{}-_", c) })
	words = slices.DeleteFunc(words, func(w string) bool { return w == "api" || w == "v1" })
	id := strings.ToLower(r.method)
	for _, w := range words {
		id += strings.ToUpper(w[:1]) + w[1:]
	}
	return id
}

// tag groups operations by the first word of their path.
func (r route) tag() string {
	path := strings.TrimPrefix(r.documentPath(), "/api/v1")
	word, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	word, _, _ = strings.Cut(word, ".")
	return word
}

func (r route) describeBody(operation *openapi3.Operation) error {
	switch {
	case r.body != nil:
		schema, err := schemaOf(r.body)
		if err != nil {
			return err
		}
		operation.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).
			WithContent(openapi3.NewContentWithSchemaRef(schema, []string{"application/json"}))}
	case r.upload:
		form := openapi3.NewObjectSchema().WithProperty("file", openapi3.NewStringSchema().WithFormat("binary")).
			WithProperty("kind", openapi3.NewStringSchema()).WithProperty("options", openapi3.NewStringSchema())
		operation.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).
			WithContent(openapi3.NewContentWithSchema(form, []string{"multipart/form-data"}))}
	}
	return nil
}

func mediaType(contentType string) string {
	if contentType == openAPIMedia {
		return contentType
	}
	name, _, _ := strings.Cut(contentType, ";")
	return name
}

func schemaOfMedia(media string) *openapi3.Schema {
	switch {
	case strings.HasSuffix(mediaType(media), "json") || media == openAPIMedia:
		return openapi3.NewObjectSchema()
	case strings.HasPrefix(media, "text/") || media == "application/yaml" || strings.HasSuffix(media, "+xml"):
		return openapi3.NewStringSchema()
	default:
		return openapi3.NewStringSchema().WithFormat("binary")
	}
}

// schemaOf derives a schema from a Go type. Members without omitempty are required; slices and maps are never null.
func schemaOf(value any) (*openapi3.SchemaRef, error) {
	if own, ok := value.(rowSchema); ok {
		return own.openAPI(), nil
	}
	ref, err := openapi3gen.NewSchemaRefForValue(value, nil, openapi3gen.SchemaCustomizer(
		func(_ string, t reflect.Type, _ reflect.StructTag, schema *openapi3.Schema) error {
			if t.Kind() == reflect.Struct && schema.Type.Is("object") {
				schema.Required = requiredMembers(t)
			}
			if t == reflect.TypeFor[json.RawMessage]() {
				schema.Nullable = true
			}
			return nil
		}))
	if err != nil {
		return nil, err
	}
	return ref, nil
}

func requiredMembers(t reflect.Type) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" && !strings.Contains(options, "omit") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// describeParam writes one query parameter down.
func describeParam(p query.Param) *openapi3.Parameter {
	item := schemaOfKind(p)
	schema := item
	if p.IsList() {
		schema = openapi3.NewArraySchema().WithItems(item).WithMinItems(int64(p.MinItems)).WithMaxItems(int64(p.MostItems()))
	}
	if p.Default != "" {
		schema.Default = defaultOf(p)
	}
	out := openapi3.NewQueryParameter(p.Name).WithDescription(p.Doc.Zh + " / " + p.Doc.En).WithSchema(schema).WithRequired(p.Required)
	if p.IsList() {
		explode := false
		out.Style, out.Explode = openapi3.SerializationForm, &explode
	}
	return out
}

func schemaOfKind(p query.Param) *openapi3.Schema {
	var schema *openapi3.Schema
	switch p.Kind {
	case query.Integer:
		schema = openapi3.NewIntegerSchema()
	case query.Number, query.NumberList:
		schema = openapi3.NewFloat64Schema()
		schema.Format = ""
	case query.Boolean:
		return openapi3.NewBoolSchema()
	case query.Date:
		return openapi3.NewStringSchema().WithFormat("date")
	case query.Clock:
		return openapi3.NewStringSchema().WithPattern(`^([01]\d|2[0-3]):[0-5]\d$`)
	default:
		schema = openapi3.NewStringSchema()
		for _, code := range p.Enum {
			schema.Enum = append(schema.Enum, code)
		}
		return schema
	}
	if p.Min != 0 || p.Max != 0 {
		schema = schema.WithMin(p.Min).WithMax(p.Max)
	}
	return schema
}

func defaultOf(p query.Param) any {
	switch p.Kind {
	case query.Integer, query.Number:
		x, _ := strconv.ParseFloat(p.Default, 64) // the table of routes is tested
		return x
	case query.Boolean:
		return p.Default == "true"
	case query.NumberList:
		var out []any
		for item := range strings.SplitSeq(p.Default, ",") {
			x, _ := strconv.ParseFloat(item, 64)
			out = append(out, x)
		}
		return out
	case query.TextList:
		var out []any
		for item := range strings.SplitSeq(p.Default, ",") {
			out = append(out, item)
		}
		return out
	default:
		return p.Default
	}
}
