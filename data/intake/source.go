package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Source is a file to be read, as often as needed.
type Source struct {
	Name string      // file name; its extension helps to recognise the format
	Data io.ReaderAt // the content
	Size int64       // bytes
	// Sibling opens the file of the same name with another extension, such as the .dbf of a .shp; nil when there is none to find.
	Sibling func(extension string) (io.ReadCloser, error)
}

// OpenFile opens a file as a source. The caller closes it.
func OpenFile(path string) (Source, io.Closer, error) {
	file, err := os.Open(path)
	if err != nil {
		return Source{}, nil, fmt.Errorf("opening the file to import: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = faultf("%s 是文件夹，请给出文件", "%s is a folder: name a file", path)
	}
	if err != nil {
		file.Close()
		return Source{}, nil, err
	}
	src := Source{Name: filepath.Base(path), Data: file, Size: info.Size()}
	src.Sibling = func(extension string) (io.ReadCloser, error) {
		stem := strings.TrimSuffix(path, filepath.Ext(path))
		sibling, err := os.Open(stem + extension)
		if errors.Is(err, fs.ErrNotExist) {
			sibling, err = os.Open(stem + strings.ToUpper(extension))
		}
		return sibling, err
	}
	return src, file, nil
}

// BytesSource makes a source of content held in memory.
func BytesSource(name string, content []byte) Source {
	return Source{Name: name, Data: bytes.NewReader(content), Size: int64(len(content))}
}

func (s Source) reader() *io.SectionReader { return io.NewSectionReader(s.Data, 0, s.Size) }

// done closes what was only read, where an error of closing means nothing.
func done(c io.Closer) { c.Close() }

// head returns at most n bytes from the start.
func (s Source) head(n int64) ([]byte, error) {
	buffer := make([]byte, min(n, s.Size))
	read, err := s.Data.ReadAt(buffer, 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading %s: %w", s.Name, err)
	}
	return buffer[:read], nil
}

func (s Source) extension() string { return strings.ToLower(filepath.Ext(s.Name)) }

// Limits bound what a file may ask of the machine. The zero value of a field means its default.
type Limits struct {
	Bytes     int64 // of the file; default 4 GiB
	Unpacked  int64 // bytes of everything unpacked from an archive; default 4 GiB
	Rows      int   // default 5,000,000
	Columns   int   // default 4,096
	CellBytes int   // of one cell or one geometry; default 32 MiB
	Problems  int   // listed one by one, the rest is only counted; default 200,000
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.Bytes, 4<<30)
	setDefault(&l.Unpacked, 4<<30)
	setDefault(&l.Rows, 5_000_000)
	setDefault(&l.Columns, 4096)
	setDefault(&l.CellBytes, 32<<20)
	setDefault(&l.Problems, 200_000)
	return l
}

func setDefault[N int | int64](field *N, value N) {
	if *field == 0 {
		*field = value
	}
}
