package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id as OWASP's password storage cheat sheet (2023) recommends them for 19 MiB.
const (
	argonMemoryKiB = 19 * 1024
	argonTime      = 2
	argonThreads   = 1
	argonKeyBytes  = 32
	saltBytes      = 16

	minPassword = 10
	maxPassword = 200
)

// ErrWeak says that a password is too short or too long.
var ErrWeak = fmt.Errorf("密码要 %d 到 %d 个字符 / a password has %d to %d characters", minPassword, maxPassword, minPassword, maxPassword)

// HashPassword makes the text that is kept in the place of a password. Cost: about 50 ms and 19 MiB.
func HashPassword(password string) (string, error) {
	if n := utf8.RuneCountInString(password); n < minPassword || n > maxPassword {
		return "", ErrWeak
	}
	var salt [saltBytes]byte
	_, _ = rand.Read(salt[:]) // crypto/rand.Read never fails
	key := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemoryKiB, argonThreads, argonKeyBytes)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB, argonTime, argonThreads, encode(salt[:]), encode(key)), nil
}

var errBadHash = errors.New("the stored password cannot be read")

// CheckPassword reports whether a password is the one that a hash was made of. Hashes asking for unreasonable work are refused.
func CheckPassword(hash, password string) (bool, error) {
	var version int
	var memory, rounds uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || utf8.RuneCountInString(password) > maxPassword {
		return false, errBadHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &rounds, &threads); err != nil || memory > 1<<20 || memory < 8 || rounds == 0 || rounds > 100 || threads == 0 {
		return false, errBadHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) < 16 || len(want) > 128 {
		return false, errBadHash
	}
	got := argon2.IDKey([]byte(password), salt, rounds, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
