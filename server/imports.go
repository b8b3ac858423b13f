package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lawcircle/server/job"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// Importer reads files into the project. Errors that it returns speak of the file and are shown to the user.
type Importer interface {
	Preview(ctx context.Context, upload Upload) (ImportPreview, error)
	Import(ctx context.Context, upload Upload, progress func(done, total int64)) (ImportResult, error)
	Imports(ctx context.Context, limit int) ([]ImportEntry, error) // newest first
	Undo(ctx context.Context, id int64, user string) error
	Quality(ctx context.Context, id int64) (json.RawMessage, error)
	WriteQuality(ctx context.Context, id int64, w io.Writer) error // as a workbook
}

// ErrNoImport is returned by an Importer for an id that no import has.
var ErrNoImport = errors.New("there is no such import")

// Upload is a file that a user sent, kept in a temporary place as long as it is worked on.
type Upload struct {
	Kind    string // roads, areas, settlements, population, facilities, elevation, or an attribute table
	Name    string // of the file as the user has it, without folders
	Path    string
	User    string
	Options ImportOptions
}

// ImportOptions say how a file is to be understood.
type ImportOptions struct {
	CRS     string            `json:"crs,omitempty"`     // wgs84, cgcs2000, gcj02, bd09, EPSG:n, auto
	Columns map[string]string `json:"columns,omitempty"` // header → field
	Sheet   string            `json:"sheet,omitempty"`
	Layer   string            `json:"layer,omitempty"`
	People  string            `json:"people,omitempty"` // column with people
	Kind    string            `json:"kind,omitempty"`   // host kind or tier of rows that state none
	Place   string            `json:"place,omitempty"`  // unit-centre: settlements without coordinates go there
	BBox    []float64         `json:"bbox,omitempty"`   // west, south, east, north; roads only
	Year    int               `json:"year,omitempty"`
	As      string            `json:"as,omitempty"`      // cells or settlements; population only
	Replace bool              `json:"replace,omitempty"` // population only
}

// ImportPreview is how a file would be read, before anything is stored.
type ImportPreview struct {
	Columns    []string                   `json:"columns"`
	Mapping    map[string]string          `json:"mapping"` // column → field
	Fields     []ImportField              `json:"fields"`  // what columns can be mapped to
	CRS        string                     `json:"crs"`     // "" when it is not certain and the user must choose
	Proposal   string                     `json:"proposal"`
	CRSScores  json.RawMessage            `json:"crs_scores"`
	Samples    map[string]json.RawMessage `json:"samples"` // GeoJSON of the first rows under each coordinate system
	Layers     []string                   `json:"layers"`
	Personal   []string                   `json:"personal"`   // columns with personal data, kept apart
	Quality    json.RawMessage            `json:"quality"`    // null when the coordinate system must be chosen first
	Difference *ImportDifference          `json:"difference"` // null likewise
}

// ImportField is a field that a column can be read as.
type ImportField struct {
	Name string `json:"name"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// ImportDifference counts what an import changes; Detail names the things.
type ImportDifference struct {
	Added     int             `json:"added"`
	Changed   int             `json:"changed"`
	Absent    int             `json:"absent"`  // in the project, not in the file; kept
	Removed   int             `json:"removed"` // taken out of the project
	Unchanged int             `json:"unchanged"`
	Detail    json.RawMessage `json:"detail"`
}

// ImportResult is the result of an import job.
type ImportResult struct {
	ID         int64             `json:"id"` // of the change, for undo
	Quality    json.RawMessage   `json:"quality"`
	Difference *ImportDifference `json:"difference"`
}

// ImportEntry is one import of the past.
type ImportEntry struct {
	ID       int64  `json:"id"`
	At       string `json:"at"`
	User     string `json:"user"`
	What     string `json:"what"`
	Kind     string `json:"kind"`
	File     string `json:"file"`
	Read     int    `json:"read"`
	Accepted int    `json:"accepted"`
	Repaired int    `json:"repaired"`
	Refused  int    `json:"refused"`
	Undone   bool   `json:"undone"`
}

const (
	maxUpload     = 4 << 30
	maxFormField  = 1 << 20
	maxImportList = 1000
)

func (s *Server) importRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	preview := query.Set{{Name: "preview", Kind: query.Boolean, Default: "false", Doc: say("只看会怎样，不存", "only tell what would happen")}}
	return []route{
		{method: http.MethodPost, path: "/api/v1/imports", upload: true, maxBody: maxUpload, timeout: noTimeout, params: preview, answer: jobAccepted{},
			status: http.StatusAccepted, handle: s.addImport,
			summary: say("导入文件（任务；preview=true 时任务结果为预览）", "Import a file; a job. With preview=true its result is the preview")},
		{method: http.MethodGet, path: "/api/v1/imports", answer: []ImportEntry{}, handle: s.listImports, summary: say("导入历史", "Past imports")},
		{method: http.MethodPost, path: "/api/v1/imports/:id/undo", status: http.StatusNoContent, handle: s.undoImport, summary: say("撤销一次导入", "Take an import back")},
		{method: http.MethodGet, path: "/api/v1/imports/:id/quality", media: "application/json", handle: s.importQuality, summary: say("质量清单", "Quality sheet")},
		{method: http.MethodGet, path: "/api/v1/imports/:id/quality.json", media: "application/json", handle: s.importQuality, summary: say("质量清单", "Quality sheet")},
		{method: http.MethodGet, path: "/api/v1/imports/:id/quality.xlsx", media: xlsxMedia, handle: s.importQualitySheet, summary: say("问题清单（XLSX）", "Quality sheet as a workbook")},
	}
}

const xlsxMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (s *Server) addImport(c *call) error {
	if s.deps.Importer == nil {
		return unavailable()
	}
	upload, err := s.receive(c)
	if err != nil {
		return err
	}
	preview := c.values.True("preview")
	kind := "import"
	if preview {
		kind = "import_preview"
	}
	question := struct {
		Kind    string        `json:"kind"`
		File    string        `json:"file"`
		Options ImportOptions `json:"options"`
	}{upload.Kind, upload.Name, upload.Options}
	err = s.submit(c, kind, question, func(ctx context.Context, report func(job.Progress)) (any, error) {
		defer removeUpload(upload)
		if preview {
			return s.deps.Importer.Preview(ctx, upload)
		}
		return s.deps.Importer.Import(ctx, upload, func(done, total int64) {
			report(job.Progress{Done: done, Total: total, Phase: "read"})
		})
	})
	if err != nil {
		removeUpload(upload)
	}
	return err
}

func removeUpload(u Upload) { _ = os.RemoveAll(filepath.Dir(u.Path)) } // a folder of its own, below the system's temporary one

// receive stores the file part and reads the others. The file keeps its name, whose ending tells the format.
func (s *Server) receive(c *call) (upload Upload, err error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return upload, problem.New(http.StatusUnsupportedMediaType, "not_multipart", "请用 multipart/form-data 上传文件", "send the file as multipart/form-data")
	}
	folder, err := os.MkdirTemp("", "lawcircle-upload-")
	if err != nil {
		return upload, fmt.Errorf("making a place for the upload: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	upload.User = c.userName()
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return upload, uploadFault(err)
		}
		if err := upload.take(part, folder); err != nil {
			return upload, err
		}
	}
	if upload.Path == "" {
		return upload, problem.BadField("file", "没有文件", "there is no file")
	}
	return upload, s.checkKind(upload.Kind)
}

// kinds lists what can be imported: maps, people and points, and the attribute tables.
func (s *Server) kinds() []string {
	out := []string{"roads", "areas", "settlements", "population", "facilities", "elevation"}
	if s.deps.Records != nil {
		for _, t := range s.deps.Records.RecordTables() {
			out = append(out, t.Name)
		}
	}
	return out
}

func (s *Server) checkKind(kind string) error {
	kinds := s.kinds()
	if slices.Contains(kinds, kind) {
		return nil
	}
	return problem.BadField("kind", "要是 "+strings.Join(kinds, "、")+" 之一", "must be one of "+strings.Join(kinds, ", "))
}

// uploadFault tells a body that is too large from one that is broken.
func uploadFault(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return problem.New(http.StatusBadRequest, "bad_upload", "上传的内容不完整", "the upload is broken off: "+err.Error())
}

func (u *Upload) take(part *multipart.Part, folder string) error {
	if part.FormName() == "file" {
		return u.takeFile(part, folder)
	}
	text, err := io.ReadAll(io.LimitReader(part, maxFormField+1))
	if err != nil {
		return uploadFault(err)
	}
	if len(text) > maxFormField {
		return problem.BadField(part.FormName(), "太长", "is too long")
	}
	switch part.FormName() {
	case "kind":
		u.Kind = string(text)
	case "options":
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&u.Options); err != nil && !errors.Is(err, io.EOF) {
			return problem.BadField("options", "不是所要的 JSON", "is not the JSON wanted: "+err.Error())
		}
	default:
		return problem.BadField(part.FormName(), "没有这个字段", "there is no such part")
	}
	return nil
}

func (u *Upload) takeFile(part *multipart.Part, folder string) error {
	if u.Path != "" {
		return problem.BadField("file", "一次只能上传一个文件", "one file at a time")
	}
	u.Name = filepath.Base(filepath.Clean("/" + part.FileName()))
	if u.Name == "/" || u.Name == "." || len(u.Name) > 255 {
		return problem.BadField("file", "文件名不能用", "the file has no usable name")
	}
	path := filepath.Join(folder, u.Name)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("storing the upload: %w", err)
	}
	_, err = io.Copy(file, part)
	if closeErr := file.Close(); err == nil && closeErr != nil {
		return fmt.Errorf("storing the upload: %w", closeErr)
	}
	if err != nil {
		return uploadFault(err)
	}
	u.Path = path
	return nil
}

func (s *Server) listImports(c *call) error {
	if s.deps.Importer == nil {
		return unavailable()
	}
	entries, err := s.deps.Importer.Imports(c.ctx(), maxImportList)
	if err != nil {
		return fmt.Errorf("reading the past imports: %w", err)
	}
	return c.ok(append([]ImportEntry{}, entries...))
}

// importID reads the id of the path.
func (s *Server) importID(c *call) (int64, error) {
	if s.deps.Importer == nil {
		return 0, unavailable()
	}
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, problem.NotFound("导入", "import", c.Param("id"))
	}
	return id, nil
}

func noSuchImport(c *call, err error) error {
	if errors.Is(err, ErrNoImport) {
		return problem.NotFound("导入", "import", c.Param("id"))
	}
	return err
}

func (s *Server) undoImport(c *call) error {
	id, err := s.importID(c)
	if err != nil {
		return err
	}
	s.editing.Lock()
	defer s.editing.Unlock()
	if err := s.deps.Importer.Undo(c.ctx(), id, c.userName()); err != nil {
		if errors.Is(err, ErrNoImport) {
			return noSuchImport(c, err)
		}
		return problem.Refused(http.StatusConflict, "cannot_undo", err)
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) importQuality(c *call) error {
	id, err := s.importID(c)
	if err != nil {
		return err
	}
	sheet, err := s.deps.Importer.Quality(c.ctx(), id)
	if err != nil {
		return noSuchImport(c, err)
	}
	return c.ok(sheet)
}

func (s *Server) importQualitySheet(c *call) error {
	id, err := s.importID(c)
	if err != nil {
		return err
	}
	var out bytes.Buffer // so that a failure is still an answer of its own
	if err := s.deps.Importer.WriteQuality(c.ctx(), id, &out); err != nil {
		return noSuchImport(c, err)
	}
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="quality-%d.xlsx"`, id))
	return c.Blob(http.StatusOK, xlsxMedia, out.Bytes())
}
