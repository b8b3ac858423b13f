// Package etag labels answers so that a client that has one already is not sent it again.
package etag

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Of makes a tag from everything that an answer depends on. It is weak because the same answer may be sent compressed or not.
func Of(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part) // a hash never fails to write
	}
	return `W/"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`
}

// Matches reports whether an If-None-Match or If-Match list names a tag, compared weakly (RFC 9110 §8.8.3.2).
func Matches(list, tag string) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "*" || strings.TrimPrefix(item, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
