package cql2

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError says what is wrong with a filter and where.
type SyntaxError struct {
	Position int // in characters, from 1
	Problem  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("character %d: %s", e.Position, e.Problem) }

type tokenKind int

const (
	end tokenKind = iota
	word
	quotedName
	text
	number
	symbol
)

// token is one piece of a filter. For text and quotedName, value is what stands between the quotes.
type token struct {
	kind       tokenKind
	value      string
	start, end int // byte offsets in the filter
}

// isWord reports whether the token is a keyword, in any case.
func (t token) isWord(keyword string) bool {
	return t.kind == word && strings.EqualFold(t.value, keyword)
}

func (t token) isSymbol(s string) bool { return t.kind == symbol && t.value == s }

func (t token) String() string {
	if t.kind == end {
		return "the end of the filter"
	}
	return fmt.Sprintf("%q", t.value)
}

// lex cuts a filter into tokens, the last of which is end.
func lex(filter string) ([]token, error) {
	var out []token
	for at := 0; ; {
		for at < len(filter) && strings.ContainsRune(" \t\r\n", rune(filter[at])) {
			at++
		}
		if at == len(filter) {
			return append(out, token{kind: end, start: at, end: at}), nil
		}
		t, problem := next(filter, at)
		if problem != "" {
			return nil, &SyntaxError{utf8.RuneCountInString(filter[:at]) + 1, problem}
		}
		out = append(out, t)
		at = t.end
	}
}

func next(filter string, at int) (token, string) {
	rest := filter[at:]
	first, size := utf8.DecodeRuneInString(rest)
	switch {
	case first == utf8.RuneError && size <= 1:
		return token{}, "this is not valid UTF-8"
	case first == '\'':
		return quoted(filter, at, '\'', text)
	case first == '"':
		return quoted(filter, at, '"', quotedName)
	case first >= '0' && first <= '9', first == '.', (first == '-' || first == '+') && len(rest) > 1 && strings.ContainsAny(rest[1:2], ".0123456789"):
		return token{number, rest[:numberLength(rest)], at, at + numberLength(rest)}, ""
	case first == '_' || unicode.IsLetter(first):
		n := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if n < 0 {
			n = len(rest)
		}
		return token{word, rest[:n], at, at + n}, ""
	}
	for _, s := range []string{"<>", "<=", ">=", "<", ">", "=", "(", ")", ","} {
		if strings.HasPrefix(rest, s) {
			return token{symbol, s, at, at + len(s)}, ""
		}
	}
	return token{}, fmt.Sprintf("%q has no meaning here", first)
}

// quoted reads up to the closing quote; a doubled quote stands for itself.
func quoted(filter string, at int, quote byte, kind tokenKind) (token, string) {
	var value strings.Builder
	for i := at + 1; i < len(filter); i++ {
		if filter[i] != quote {
			value.WriteByte(filter[i])
			continue
		}
		if i+1 < len(filter) && filter[i+1] == quote {
			value.WriteByte(quote)
			i++
			continue
		}
		if !utf8.ValidString(value.String()) {
			return token{}, "this is not valid UTF-8"
		}
		return token{kind, value.String(), at, i + 1}, ""
	}
	return token{}, fmt.Sprintf("the quote %c is not closed", quote)
}

func numberLength(rest string) int {
	for i := 1; i < len(rest); i++ {
		c := rest[i]
		afterExponent := (c == '-' || c == '+') && (rest[i-1] == 'e' || rest[i-1] == 'E')
		if !afterExponent && !strings.ContainsRune(".0123456789eE", rune(c)) {
			return i
		}
	}
	return len(rest)
}
