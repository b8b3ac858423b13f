package data_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"lawcircle/coverage"
	"lawcircle/data"
)

func TestCopyLeavesOutWhatIsNotPassedOn(t *testing.T) {
	p := full(t)
	update(t, p, func(tx *data.Tx) error {
		return errors.Join(tx.PutAdvisers([]coverage.Adviser{{ID: "a1", Name: "欧阳某某"}}), tx.PutHosts([]coverage.Host{{ID: "h9", Name: "旧名字"}}))
	})
	update(t, p, func(tx *data.Tx) error { return tx.PutHosts([]coverage.Host{{ID: "h9", Name: "新名字"}}) })
	for _, test := range []struct {
		opts          data.CopyOptions
		name, earlier bool
	}{{data.CopyOptions{}, false, false}, {data.CopyOptions{Log: true}, false, true}, {data.CopyOptions{Personal: true, Log: true}, true, true}} {
		path := filepath.Join(t.TempDir(), "copy.gpkg")
		if err := p.Copy(t.Context(), path, test.opts); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if contains(content, "欧阳某某") != test.name || contains(content, "旧名字") != test.earlier {
			t.Errorf("%+v: name in the file %v, earlier name %v", test.opts, contains(content, "欧阳某某"), contains(content, "旧名字"))
		}
		copied := open(t, path, data.Options{})
		wantClean(t, copied)
		if !reflect.DeepEqual(county(t, copied), county(t, p)) || !reflect.DeepEqual(must(copied.Network(t.Context())), must(p.Network(t.Context()))) {
			t.Errorf("%+v: the copy differs", test.opts)
		}
		if err := p.Copy(t.Context(), path, test.opts); err == nil {
			t.Error("a file is overwritten")
		}
		update(t, copied, func(tx *data.Tx) error { return tx.PutHosts([]coverage.Host{{ID: "h9", Name: "再改"}}) })
	}
	if err := p.Copy(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder.gpkg"), data.CopyOptions{}); err == nil {
		t.Error("copied into nowhere")
	}
}
