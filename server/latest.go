package server

import "sync"

// latest remembers what was built from the newest revision, so that indexes are built once per revision and not per request.
// The zero value is ready to use.
type latest[V any] struct {
	mu       sync.Mutex
	revision string
	filled   bool
	value    V
}

// get returns the value for a revision and builds it when it is not the one remembered. Callers wait for a build under way: it is the
// one they want.
func (l *latest[V]) get(revision string, build func() (V, error)) (V, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.filled && l.revision == revision {
		return l.value, nil
	}
	value, err := build()
	if err != nil {
		return value, err
	}
	l.value, l.revision, l.filled = value, revision, true
	return value, nil
}
