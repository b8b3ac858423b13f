package account

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestEverythingComesBack(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "县 #1?.server.db")
	db, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights %v %v", info.Mode(), err)
	}
	user := User{Name: "李", Role: "planner", Password: "hash", Epoch: 3}
	token := Token{ID: "t1", User: "李", Note: "QGIS", Role: "viewer", Digest: "d1", Created: time.Unix(1_600_000_000, 0).UTC()}
	entry := Entry{At: time.UnixMilli(1_600_000_000_123).UTC(), User: "李", From: "10.0.0.1", What: "login", Status: 200}
	for _, step := range []error{db.SaveUser(ctx, user), db.SaveToken(ctx, token), db.Note(ctx, entry), db.SaveJob(ctx, "j", map[string]int{"n": 1}), db.SaveJob(ctx, "j", map[string]int{"n": 2})} {
		if step != nil {
			t.Fatal(step)
		}
	}
	secret, err := db.Secret(ctx)
	if err != nil || len(secret) != 32 {
		t.Fatal(err, secret)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(ctx, path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if got, err := db.User(ctx, "李"); err != nil || got != user {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := db.TokenByDigest(ctx, "d1"); err != nil || got != token {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := db.Trail(ctx, 10); err != nil || len(got) != 1 || got[0] != entry {
		t.Errorf("%+v %v", got, err)
	}
	if again, err := db.Secret(ctx); err != nil || string(again) != string(secret) {
		t.Errorf("the key changed: %v", err)
	}
	jobs, err := db.Jobs(ctx)
	var job struct{ N int }
	if err != nil || len(jobs) != 1 || json.Unmarshal(jobs[0], &job) != nil || job.N != 2 {
		t.Errorf("%s %v", jobs, err)
	}
	if err := db.DeleteToken(ctx, "李", "t1"); err != nil {
		t.Error(err)
	}
	if err := db.DeleteToken(ctx, "李", "t1"); !errors.Is(err, ErrUnknown) {
		t.Errorf("deleted twice: %v", err)
	}
	if err := db.DeleteJob(ctx, "j"); err != nil {
		t.Error(err)
	}
	if tokens, err := db.Tokens(ctx, "李"); err != nil || len(tokens) != 0 {
		t.Errorf("%v %v", tokens, err)
	}
	if _, err := db.User(ctx, "nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown user: %v", err)
	}
	if _, err := db.TokenByDigest(ctx, "none"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown token: %v", err)
	}
	if err := db.SaveToken(ctx, Token{ID: "t2", User: "nobody", Digest: "d2"}); err == nil {
		t.Error("a token of nobody was kept")
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "server.db")
	db, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.sql.ExecContext(ctx, `PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	if _, err := Open(ctx, path); err == nil {
		t.Error("a newer database was opened")
	}
	if err := os.WriteFile(path+"x", []byte("this is no database at all, only some text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, path+"x"); err == nil {
		t.Error("a text was opened as a database")
	}
}
