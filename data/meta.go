package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Names of what a project says about itself. Others may be added freely; header mappings are kept under "mapping:" and their name.
const (
	MetaTitle     = "title"
	MetaSynthetic = "synthetic" // "true" for a generated demonstration
	MetaDataDate  = "data_date" // YYYY, YYYY-MM or YYYY-MM-DD
	MetaCRSNote   = "crs_note"  // how coordinates were had

	MetaMapUse        = "map.use"         // "internal" or "public"
	MetaMapApprovalNo = "map.approval_no" // 审图号
	MetaMapSource     = "map.source"      // where boundaries and roads are from, as maps say it
)

// metaClock is the name under which changes of the meta table are counted.
const metaClock = "lawcircle_meta"

// Meta reads everything that the project says about itself, by name.
func (p *Project) Meta(ctx context.Context) (map[string]string, error) {
	var out map[string]string
	err := p.snapshot(ctx, func(tx *sql.Tx) (err error) {
		out, err = readMeta(ctx, tx)
		return err
	})
	return out, err
}

func readMeta(ctx context.Context, tx querier) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT name, value FROM lawcircle_meta`)
	if err != nil {
		return nil, fmt.Errorf("reading what the project says about itself: %w", err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("reading what the project says about itself: %w", err)
		}
		out[name] = value
	}
	return out, rows.Err()
}

// File reads an attachment of the project, such as a travel profile of its own or the elevation raster, with its digest (SHA-256, hex).
func (p *Project) File(ctx context.Context, name string) (content []byte, digest string, err error) {
	err = p.read.QueryRowContext(ctx, `SELECT content, digest FROM lawcircle_files WHERE name = ?`, name).Scan(&content, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", fmt.Errorf("attachment %q: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, "", fmt.Errorf("reading attachment %q: %w", name, err)
	}
	return content, digest, nil
}

// FileDigest returns the digest of an attachment without reading it.
func (p *Project) FileDigest(ctx context.Context, name string) (digest string, err error) {
	err = p.read.QueryRowContext(ctx, `SELECT digest FROM lawcircle_files WHERE name = ?`, name).Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("attachment %q: %w", name, ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("reading the digest of attachment %q: %w", name, err)
	}
	return digest, nil
}

// Files lists the names of attachments that begin with prefix, sorted.
func (p *Project) Files(ctx context.Context, prefix string) ([]string, error) {
	return textColumn(ctx, p.read, `SELECT name FROM lawcircle_files WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name`, prefix)
}
