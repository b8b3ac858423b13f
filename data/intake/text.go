package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Names of text encodings, as shown to the user.
const (
	encodingUTF8    = "UTF-8"
	encodingUTF8BOM = "UTF-8 BOM"
	encodingUTF16LE = "UTF-16LE"
	encodingUTF16BE = "UTF-16BE"
	encodingGB18030 = "GB18030"
)

// detectEncoding reads the whole text once: a file may be plain ASCII for megabytes before its first Chinese name.
func detectEncoding(r io.Reader) (string, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	start, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return encodingUTF8BOM, nil
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return encodingUTF16LE, nil
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return encodingUTF16BE, nil
	case len(start) == 4 && start[1] == 0 && start[3] == 0 && start[0] != 0:
		return encodingUTF16LE, nil
	case len(start) == 4 && start[0] == 0 && start[2] == 0 && start[1] != 0:
		return encodingUTF16BE, nil
	}
	valid, invalid, err := countRunes(buffered)
	// A few broken bytes in an otherwise valid UTF-8 text are damage, not another encoding.
	if err != nil || invalid == 0 || valid > 20*invalid {
		return encodingUTF8, err
	}
	return encodingGB18030, nil
}

// countRunes counts the multi-byte sequences of a text that are valid UTF-8 and the bytes that are not.
func countRunes(r *bufio.Reader) (valid, invalid int, err error) {
	chunk := make([]byte, 64<<10)
	kept := 0
	for {
		n, readErr := io.ReadFull(r, chunk[kept:])
		text := chunk[:kept+n]
		atEnd := readErr == io.EOF || readErr == io.ErrUnexpectedEOF
		for len(text) > 0 && (atEnd || utf8.FullRune(text)) {
			if text[0] < utf8.RuneSelf {
				text = text[1:]
				continue
			}
			_, size := utf8.DecodeRune(text)
			if size == 1 {
				invalid++
			} else {
				valid++
			}
			text = text[size:]
		}
		if atEnd {
			return valid, invalid, nil
		}
		if readErr != nil {
			return valid, invalid, readErr
		}
		kept = copy(chunk, text)
	}
}

// decoded returns the text as UTF-8 without a byte order mark. Bytes that have no meaning become U+FFFD.
func decoded(r io.Reader, name string) io.Reader {
	var e encoding.Encoding
	switch name {
	case encodingGB18030:
		e = simplifiedchinese.GB18030
	case encodingUTF16LE:
		e = xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM)
	case encodingUTF16BE:
		e = xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM)
	case encodingUTF8BOM:
		e = xunicode.UTF8BOM
	default:
		return r
	}
	return transform.NewReader(r, e.NewDecoder())
}

// textReader opens a text file in the encoding it is in.
func textReader(src Source) (io.Reader, string, error) {
	name, err := detectEncoding(src.reader())
	if err != nil {
		return nil, "", err
	}
	return decoded(src.reader(), name), name, nil
}

// clean removes what people cannot see around a value: spaces of every kind, control and zero-width characters.
func clean(text string) string {
	if isPlain(text) {
		return text
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u00a0' || r == '\u3000':
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// isPlain reports a text of printable ASCII without a blank at its ends: the common case, which needs no work.
func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return text == "" || text[0] != ' ' && text[len(text)-1] != ' '
}

// fold brings a value to the form in which it is compared and parsed: full-width letters, digits and punctuation become ASCII.
func fold(text string) string {
	text = clean(text)
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return strings.TrimSpace(norm.NFKC.String(text))
		}
	}
	return text
}

// isMissing reports the ways in which people write that they have no value.
func isMissing(text string) bool {
	switch text {
	case "", "-", "--", "—", "——", "/", "\\", `\N`, "无", "不详", "未知", "空", "暂无", "null", "NULL", "NaN", "nan", "N/A", "n/a", "NA", "#N/A", "None", "none":
		return true
	}
	return false
}
