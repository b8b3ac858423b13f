package web

import (
	"bytes"
	"io/fs"
	"testing"
)

func TestFilesHaveAPageAtTheRoot(t *testing.T) {
	page, err := fs.ReadFile(Files(), "index.html")
	if err != nil {
		t.Fatalf("the embedded tree has no index.html: %v", err)
	}
	if !bytes.Contains(page, []byte(`<html lang="zh-CN"`)) {
		t.Errorf("index.html does not say that it is Chinese first: %.200s", page)
	}
}

func TestPageNamesNoOtherOrigin(t *testing.T) {
	page, err := fs.ReadFile(Files(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, foreign := range []string{`src="http`, `href="http`, `src="//`, `href="//`} {
		if bytes.Contains(page, []byte(foreign)) {
			t.Errorf("index.html loads something from elsewhere: %s", foreign)
		}
	}
}
