// Package locale chooses the language of an answer and holds texts in both languages.
package locale

import (
	"net/http"

	"golang.org/x/text/language"
)

// Language is a language that answers are written in.
type Language string

// The languages of answers; Chinese is the default.
const (
	Chinese Language = "zh-CN"
	English Language = "en"
)

// Text is a sentence or a name in both languages.
type Text struct{ Zh, En string }

// In returns the text in a language.
func (t Text) In(l Language) string {
	if l == English {
		return t.En
	}
	return t.Zh
}

// Of chooses the language of an answer: the query parameter lang when it names one of ours, else the best match for Accept-Language.
func Of(r *http.Request) Language {
	switch lang := Language(r.URL.Query().Get("lang")); lang {
	case Chinese, English:
		return lang
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return Chinese
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return Chinese
		case "en":
			return English
		}
	}
	return Chinese
}
