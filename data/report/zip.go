package report

import (
	"archive/zip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// File is a further file of a bundle, such as a layer.
type File struct {
	Name  string // with folders, by slashes
	What  string // what it is, for the list of contents, in the language of the report
	Write func(io.Writer) error
}

//go:embed style.qml
var layerStyle string

// Bundle lists the files of a bundle of evidence: a text that says what each file is, page, workbook, the run, and the layers given.
func Bundle(in Input, layers []File) []File {
	w := newWriter(in)
	files := []File{
		{"report.html", w.t("报告，用浏览器打开，可打印或另存为 PDF", "the report: open in a browser, print or save as PDF"), func(o io.Writer) error { return HTML(o, in) }},
		{FileName(in, w.t("汇总表", "summary"), "xlsx"), w.t("全部表格；“村”“服务点台账”两表可原样导回", "all tables; the sheets Settlements and Points import back as they are"),
			func(o io.Writer) error { return XLSX(o, in) }},
		{"run.json", w.t("运行记录：问题、数据摘要、程序版本，凭此可重现", "the run: question, digests, program; enough to replay it"), w.writeRun},
		{"style.qml", w.t("QGIS 图层样式（居民点判定）", "QGIS style for the settlements layer"), func(o io.Writer) error {
			_, err := io.WriteString(o, layerStyle)
			return err
		}},
	}
	files = append(files, layers...)
	readme := File{Name: w.t("读我.txt", "README.txt"), Write: func(o io.Writer) error {
		_, err := io.WriteString(o, w.readme(files))
		return err
	}}
	return append([]File{readme}, files...)
}

// Zip writes the bundle as one archive. The bytes depend on the input and the files alone.
func Zip(out io.Writer, in Input, layers []File) error {
	archive := zip.NewWriter(out)
	for _, f := range Bundle(in, layers) {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return fmt.Errorf("writing the bundle: %w", err)
		}
		if err := f.Write(entry); err != nil {
			return fmt.Errorf("writing %s into the bundle: %w", f.Name, err)
		}
	}
	return archive.Close()
}

func (w *writer) writeRun(out io.Writer) error {
	text, err := json.MarshalIndent(w.Run, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the run: %w", err)
	}
	_, err = out.Write(append(text, '\n'))
	return err
}

// readme says what each file is, with line ends that every office editor shows.
func (w *writer) readme(files []File) string {
	lines := []string{w.title(), w.stampText(), ""}
	for _, f := range files {
		lines = append(lines, f.Name+w.t("　", "  ")+f.What)
	}
	lines = append(lines, "",
		w.t("坐标系：WGS-84（EPSG:4326），与 CGCS2000 在本图精度内一致。", "Coordinates: WGS-84 (EPSG:4326), the same as CGCS2000 at this accuracy."),
		w.t("字段含义见工作簿“字段说明”；空值＝没有数据，不是 0。", "Fields are explained in the workbook, sheet Fields; empty = not known, not 0."),
		w.t("在 QGIS 中添加在线图层：运行 lawcircle serve，图层 → 添加图层 → 添加 WFS / OGC API 要素图层，网址填 http://127.0.0.1:8080/ogc。",
			"Live layers in QGIS: run lawcircle serve, then Layer → Add Layer → Add WFS / OGC API Features Layer, with http://127.0.0.1:8080/ogc."), "")
	return "\ufeff" + strings.Join(lines, "\r\n")
}

func (w *writer) stampText() string {
	b := book{writer: w}
	return b.stamp()
}
