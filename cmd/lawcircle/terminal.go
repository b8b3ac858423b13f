package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
)

// terminal is where a command reads and writes: results to out, everything else to err.
type terminal struct {
	in          *bufio.Reader
	out, err    io.Writer
	interactive bool   // a person sits at both ends
	lang        string // of tables and sentences: zh-CN, or en
}

func newTerminal(in, out, err *os.File) *terminal {
	return &terminal{in: bufio.NewReader(in), out: out, err: err, interactive: isTerminal(in) && isTerminal(err)}
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (t *terminal) printf(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

func (t *terminal) errorf(format string, args ...any) { fmt.Fprintf(t.err, format+"\n", args...) }

// t picks the text in the language of the terminal.
func (t *terminal) t(zh, en string) string {
	if t.lang == "en" {
		return en
	}
	return zh
}

// say prints a line whose format is in either language; both take the same arguments in the same order.
func (t *terminal) say(zh, en string, args ...any) { t.printf(t.t(zh, en), args...) }

// heads begins a table with its column heads, in either language.
func (t *terminal) heads(zh, en []string) [][]string {
	if t.lang == "en" {
		return [][]string{en}
	}
	return [][]string{zh}
}

// minutes writes a duration.
func (t *terminal) minutes(d time.Duration) string {
	return fmt.Sprintf(t.t("%.1f 分钟", "%.1f min"), d.Minutes())
}

// hours writes a long duration.
func (t *terminal) hours(d time.Duration) string {
	return fmt.Sprintf(t.t("%.2f 小时", "%.2f h"), d.Hours())
}

// writeJSON puts one object on standard output.
func (t *terminal) writeJSON(value any) error {
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing JSON to standard output: %w", err)
	}
	return nil
}

// delivery is how a verb gives its answer: a file too, if a path is named, and an object in place of the table for people.
type delivery struct {
	path string
	json bool
}

// give delivers an answer that can be written, sent as an object and printed.
func (d delivery) give(term *terminal, write func(io.Writer) error, object any, print func()) error {
	if err := writeFile(d.path, write); err != nil {
		return err
	}
	if d.json {
		return term.writeJSON(object)
	}
	print()
	return nil
}

// ask puts a question to the person at the terminal and returns the trimmed answer.
func (t *terminal) ask(question string) (string, error) {
	fmt.Fprint(t.err, question+" ")
	line, err := t.in.ReadString('\n')
	if err != nil && line == "" {
		return "", fmt.Errorf("reading the answer: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// progress returns a callback that shows a bar on a terminal, and a plain line every few seconds elsewhere.
func (t *terminal) progress(what string) func(done, total int64) {
	if t.interactive {
		return t.bar(what)
	}
	var last time.Time
	return func(done, total int64) {
		if now := time.Now(); total > 0 && now.Sub(last) > 3*time.Second {
			last = now
			t.errorf("%s: %d %%", what, done*100/total)
		}
	}
}

func (t *terminal) bar(what string) func(done, total int64) {
	var bar *progressbar.ProgressBar
	return func(done, total int64) {
		if total <= 0 {
			return
		}
		if bar == nil {
			bar = progressbar.NewOptions64(total, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(t.err),
				progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		bar.ChangeMax64(total)
		_ = bar.Set64(done) // a bar that cannot be drawn must not stop the work
	}
}
