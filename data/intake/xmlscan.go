package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// An xmlScanner walks the tags of the XML that spreadsheet programs write, ten times faster than a general decoder: UTF-8, no entities
// of its own. Prefixes of names are left out. Memory is bounded by one tag and one text.
type xmlScanner struct {
	reader *bufio.Reader
	limit  int

	name    []byte // of the tag, without prefix
	tag     []byte // all between < and >
	closing bool   // </name>
	empty   bool   // <name/>
	text    []byte // between the tag before and this one, entities replaced
}

func newXMLScanner(r io.Reader, limit int) *xmlScanner {
	return &xmlScanner{reader: bufio.NewReaderSize(r, 64<<10), limit: limit}
}

var errTooLong = errors.New("a tag or text is too long")

// next moves to the next tag; io.EOF after the last. wantText says whether the text before it is of interest.
func (s *xmlScanner) next(wantText bool) error {
	s.text = s.text[:0]
	for {
		if err := s.readText(wantText); err != nil {
			return err
		}
		if err := s.readTag(); err != nil {
			return err
		}
		if len(s.tag) == 0 {
			return errors.New("an empty tag")
		}
		switch {
		case s.tag[0] == '?':
		case bytes.HasPrefix(s.tag, []byte("![CDATA[")):
			if err := s.readCDATA(wantText); err != nil {
				return err
			}
		case bytes.HasPrefix(s.tag, []byte("!--")):
			if err := s.skipComment(); err != nil {
				return err
			}
		case s.tag[0] == '!':
			return errors.New("document types are not allowed")
		default:
			s.split()
			return nil
		}
	}
}

// readText reads up to the next <.
func (s *xmlScanner) readText(want bool) error {
	start := len(s.text)
	for {
		piece, err := s.reader.ReadSlice('<')
		if want {
			s.text = append(s.text, piece...)
		}
		if len(s.text) > s.limit {
			return errTooLong
		}
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	if want {
		s.text = s.text[:len(s.text)-1]
		s.text = append(s.text[:start], unescape(s.text[start:])...)
	}
	return nil
}

// readTag reads up to the > that closes the tag, which may stand in a quoted value as well.
func (s *xmlScanner) readTag() error {
	s.tag = s.tag[:0]
	for {
		piece, err := s.reader.ReadSlice('>')
		s.tag = append(s.tag, piece...)
		if len(s.tag) > s.limit {
			return errTooLong
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		special := s.tag[0] == '!' || s.tag[0] == '?'
		if special || bytes.Count(s.tag, []byte{'"'})%2 == 0 {
			s.tag = s.tag[:len(s.tag)-1]
			return nil
		}
	}
}

// readCDATA takes what was read as a tag, and what follows up to ]]>, as text.
func (s *xmlScanner) readCDATA(want bool) error {
	for !bytes.HasSuffix(s.tag, []byte("]]")) {
		piece, err := s.reader.ReadSlice('>')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return io.ErrUnexpectedEOF
		}
		s.tag = append(append(s.tag, '>'), piece...)
		s.tag = s.tag[:len(s.tag)-1]
		if len(s.tag) > s.limit {
			return errTooLong
		}
	}
	if want {
		s.text = append(s.text, s.tag[len("![CDATA["):len(s.tag)-2]...)
	}
	return nil
}

func (s *xmlScanner) skipComment() error {
	for !bytes.HasSuffix(s.tag, []byte("--")) || len(s.tag) < len("!----") {
		if err := s.readTag(); err != nil {
			return err
		}
	}
	return nil
}

// split finds the name and the kind of the tag.
func (s *xmlScanner) split() {
	tag := s.tag
	s.closing = tag[0] == '/'
	if s.closing {
		tag = tag[1:]
	}
	s.empty = !s.closing && tag[len(tag)-1] == '/'
	end := bytes.IndexAny(tag, " \t\r\n/")
	if end < 0 {
		end = len(tag)
	}
	s.name = tag[:end]
	if colon := bytes.IndexByte(s.name, ':'); colon >= 0 {
		s.name = s.name[colon+1:]
	}
}

func (s *xmlScanner) is(name string) bool { return string(s.name) == name }

// attribute returns the value of an attribute, given with its prefix if it has one; nil when the tag has none.
func (s *xmlScanner) attribute(name string) []byte {
	rest := s.tag
	for {
		at := bytes.Index(rest, []byte(name))
		if at < 0 {
			return nil
		}
		before := at > 0 && (rest[at-1] == ' ' || rest[at-1] == '\n' || rest[at-1] == '\t' || rest[at-1] == '\r')
		rest = rest[at+len(name):]
		value := bytes.TrimLeft(rest, " ")
		if !before || len(value) < 2 || value[0] != '=' {
			continue
		}
		value = bytes.TrimLeft(value[1:], " ")
		if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return nil
		}
		return value[1 : end+1]
	}
}

// unescape replaces the entities of XML in place.
func unescape(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	out := text[:0]
	for i := 0; i < len(text); {
		end := bytes.IndexByte(text[i:], ';')
		if text[i] != '&' || end < 0 || end > 12 {
			out = append(out, text[i])
			i++
			continue
		}
		r, ok := entity(string(text[i+1 : i+end]))
		if !ok {
			out = append(out, text[i])
			i++
			continue
		}
		out = utf8.AppendRune(out, r)
		i += end + 1
	}
	return out
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	value, err := strconv.ParseUint(digits, base, 32)
	return rune(value), err == nil && value <= utf8.MaxRune && utf8.ValidRune(rune(value))
}

// brokenXML says where a part of a workbook cannot be read further.
func brokenXML(part string, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("reading %s: %w", part, err)
}
