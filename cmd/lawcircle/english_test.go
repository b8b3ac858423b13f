package main

import (
	"strings"
	"testing"
	"unicode"
)

// TestTablesSpeakEnglish looks at the heads of tables and at the sentences below them. Names come from the data and stay as they are.
func TestTablesSpeakEnglish(t *testing.T) {
	project := demonstration(t)
	han := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for _, args := range [][]string{{"services"}, {"supply"}, {"scenario", "list"}, {"indicators"}, {"board"}, {"checklist"}, {"circuits"}, {"advisers"}, {"pair"},
		{"costs", "--steps", "2", "--candidates", "posts"}} {
		out := must(t, append(args, "-p", project, "--lang", "en")...)
		head, _, _ := strings.Cut(out, "\n")
		if head == "" || han(head) {
			t.Errorf("%v: head %q", args, head)
		}
		if zh := must(t, append(args, "-p", project)...); !han(strings.Split(zh, "\n")[0]) {
			t.Errorf("%v: Chinese is the language when none is told: %q", args, zh[:min(len(zh), 200)])
		}
	}
	if status, said := exportRun("services", "-p", project, "--lang", "fr"); status != exitUsage || !strings.Contains(said, "fr") {
		t.Errorf("status %d: %s", status, said)
	}
}
