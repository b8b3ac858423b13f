package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	stored "lawcircle/data/account"
	"lawcircle/server/account"
	"lawcircle/server/job"
)

// serverDBPath is where the accounts and jobs of a project's server are kept: turpan.server.db beside turpan.gpkg.
func serverDBPath(project string) string {
	return strings.TrimSuffix(project, filepath.Ext(project)) + ".server.db"
}

// accountStore hands the server database to the server's gate; it implements account.Store.
type accountStore struct{ db *stored.DB }

func toldUnknown(err error) error {
	if errors.Is(err, stored.ErrUnknown) {
		return account.ErrUnknown
	}
	return err
}

func toUser(u stored.User) account.User {
	return account.User{Name: u.Name, Role: account.Role(u.Role), Password: u.Password, Disabled: u.Disabled, Epoch: u.Epoch}
}

func toToken(t stored.Token) account.Token {
	return account.Token{ID: t.ID, User: t.User, Note: t.Note, Role: account.Role(t.Role), Digest: t.Digest, Created: t.Created, Expires: t.Expires}
}

func (s accountStore) User(ctx context.Context, name string) (account.User, error) {
	u, err := s.db.User(ctx, name)
	return toUser(u), toldUnknown(err)
}

func (s accountStore) Users(ctx context.Context) ([]account.User, error) {
	users, err := s.db.Users(ctx)
	out := make([]account.User, len(users))
	for i, u := range users {
		out[i] = toUser(u)
	}
	return out, err
}

func (s accountStore) SaveUser(ctx context.Context, u account.User) error {
	return s.db.SaveUser(ctx, stored.User{Name: u.Name, Role: string(u.Role), Password: u.Password, Disabled: u.Disabled, Epoch: u.Epoch})
}

func (s accountStore) TokenByDigest(ctx context.Context, digest string) (account.Token, error) {
	t, err := s.db.TokenByDigest(ctx, digest)
	return toToken(t), toldUnknown(err)
}

func (s accountStore) Tokens(ctx context.Context, user string) ([]account.Token, error) {
	tokens, err := s.db.Tokens(ctx, user)
	out := make([]account.Token, len(tokens))
	for i, t := range tokens {
		out[i] = toToken(t)
	}
	return out, err
}

func (s accountStore) SaveToken(ctx context.Context, t account.Token) error {
	return s.db.SaveToken(ctx, stored.Token{ID: t.ID, User: t.User, Note: t.Note, Role: string(t.Role), Digest: t.Digest, Created: t.Created, Expires: t.Expires})
}

func (s accountStore) DeleteToken(ctx context.Context, user, id string) error {
	return toldUnknown(s.db.DeleteToken(ctx, user, id))
}

func (s accountStore) Secret(ctx context.Context) ([]byte, error) { return s.db.Secret(ctx) }

func (s accountStore) Note(ctx context.Context, e account.Entry) error {
	return s.db.Note(ctx, stored.Entry(e))
}

func (s accountStore) Trail(ctx context.Context, limit int) ([]account.Entry, error) {
	entries, err := s.db.Trail(ctx, limit)
	out := make([]account.Entry, len(entries))
	for i, e := range entries {
		out[i] = account.Entry(e)
	}
	return out, err
}

// jobStore keeps the records of jobs in the server database; it implements job.Store.
type jobStore struct{ db *stored.DB }

func (s jobStore) SaveJob(ctx context.Context, record job.Record) error {
	return s.db.SaveJob(ctx, record.ID, record)
}

func (s jobStore) Jobs(ctx context.Context) ([]job.Record, error) {
	texts, err := s.db.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]job.Record, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal(text, &out[i]); err != nil {
			return nil, fmt.Errorf("reading the record of a job: %w", err)
		}
	}
	return out, nil
}

func (s jobStore) DeleteJob(ctx context.Context, id string) error { return s.db.DeleteJob(ctx, id) }
