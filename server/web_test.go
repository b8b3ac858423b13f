package server

import (
	"net/http"
	"testing"
)

// Only the root is the page: an address that nothing answers must not look as if something did.
func TestOnlyFilesAndTheRootAreAnswered(t *testing.T) {
	s := newTestServer(t)
	for path, want := range map[string]int{
		"/": http.StatusOK, "/?s=compare": http.StatusOK, "/assets/app-1234.js": http.StatusOK, "/index.html": http.StatusOK,
		"/collections": http.StatusNotFound, "/collections/x": http.StatusNotFound, "/siting": http.StatusNotFound, "/assets": http.StatusNotFound,
		"/assets/": http.StatusNotFound, "/assets/app-9.js": http.StatusNotFound, "/api/v1/nothing": http.StatusNotFound,
	} {
		answer := get(s, path)
		if answer.Code != want {
			t.Errorf("GET %s: %d, want %d", path, answer.Code, want)
		}
		if media := answer.Header().Get("Content-Type"); want == http.StatusNotFound && media != "application/problem+json" {
			t.Errorf("GET %s: %q, want a problem", path, media)
		}
	}
}
