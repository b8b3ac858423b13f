package intake

import (
	"errors"
	"fmt"
	"strings"
)

// Fault is an error that a user reads: it says where and what to do, in Chinese and in English.
type Fault struct {
	Zh, En string
	Cause  error // may be nil
}

// Error gives both languages, Chinese first.
func (f *Fault) Error() string {
	text := f.Zh + " (" + f.En + ")"
	if f.Cause != nil {
		text += ": " + f.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// faultf builds a fault from two formats with the same arguments; an argument that is an error becomes the cause.
func faultf(zh, en string, args ...any) error {
	var cause error
	var rest []any
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			cause = err
			continue
		}
		rest = append(rest, arg)
	}
	return &Fault{Zh: fmt.Sprintf(zh, rest...), En: fmt.Sprintf(en, rest...), Cause: cause}
}

// ErrCRSUnsure marks an [UnsureError].
var ErrCRSUnsure = errors.New("coordinate system not certain")

// UnsureError says that the coordinate system of a file is not certain: ask the user and set [Options.CRS].
type UnsureError struct {
	Scores   []CRSScore // best first; empty when there is nothing to compare with
	Proposal string     // "" when there is no reason to prefer any
}

// Error lists the candidates and says what to do.
func (e *UnsureError) Error() string {
	if len(e.Scores) == 0 && e.Proposal != "" {
		return "无法确定坐标系，很可能是 " + e.Proposal + "，请用 --crs 指明 (the coordinate system is not certain; it looks like " + e.Proposal + ": give --crs)"
	}
	if len(e.Scores) == 0 {
		return "无法判断坐标系：项目中还没有可比对的道路或区划，请用 --crs 指明 wgs84、cgcs2000、gcj02（高德、腾讯）或 bd09（百度）" +
			" (the coordinate system cannot be told: the project has no roads or units to compare with; give --crs wgs84, cgcs2000, gcj02 or bd09)"
	}
	lines := make([]string, len(e.Scores))
	for i, score := range e.Scores {
		lines[i] = score.String()
	}
	return "坐标系不能确定，请用 --crs 指明 (the coordinate system is not certain: give --crs): " + strings.Join(lines, "; ")
}

// Is makes errors.Is(err, ErrCRSUnsure) true.
func (e *UnsureError) Is(target error) bool { return target == ErrCRSUnsure }
