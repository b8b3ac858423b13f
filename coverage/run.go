package coverage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Run identifies a computation: every figure shown or exported names the run it comes from, and a run can be replayed from this record.
type Run struct {
	ID          string `json:"id"` // digest of everything below except At
	At          string `json:"at"` // RFC 3339
	Kind        string `json:"kind"`
	Question    any    `json:"question"` // the query or request, as asked
	Profile     string `json:"profile"`  // name
	ProfileSum  string `json:"profile_digest"`
	LimitMs     int64  `json:"limit_ms"`
	Scenario    string `json:"scenario,omitempty"`
	Edits       []Edit `json:"edits,omitempty"` // of the scenario as it was asked, those it derives from included
	DataDigest  string `json:"data_digest"`
	RoadsDigest string `json:"roads_digest"`
	Elevation   string `json:"elevation_digest,omitempty"` // "" on flat land
	DataDate    Date   `json:"data_date"`
	Program     string `json:"program"`
	Synthetic   bool   `json:"synthetic"`
}

// Identify fills the run's id from its content, so that the same question to the same data is the same run.
func (r Run) Identify() (Run, error) {
	at := r.At
	r.ID, r.At = "", ""
	text, err := json.Marshal(r)
	if err != nil {
		return Run{}, fmt.Errorf("identifying a run: %w", err)
	}
	sum := sha256.Sum256(text)
	r.ID, r.At = hex.EncodeToString(sum[:8]), at
	return r, nil
}
