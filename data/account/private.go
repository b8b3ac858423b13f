package account

import (
	"errors"
	"os"
)

// makePrivate creates the file, if it is not there, so that only its owner can read it; SQLite gives its side files the same rights.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}
