package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lawcircle/data"
)

// mappingFolder is where a project keeps column mappings.
const mappingFolder = "mappings/"

// SaveMapping keeps a column mapping (header → field) in the project under a name, for [Options.Columns] of the next file of the kind.
func SaveMapping(ctx context.Context, project *data.Project, name string, columns map[string]string) error {
	if err := checkMappingName(name); err != nil {
		return err
	}
	content, err := json.MarshalIndent(columns, "", "  ")
	if err != nil {
		return fmt.Errorf("saving the mapping %s: %w", name, err)
	}
	return project.Update(ctx, data.Change{What: "保存列对应 " + name}, func(tx *data.Tx) error { return tx.PutFile(mappingFolder+name+".json", content) })
}

// LoadMapping returns a mapping kept by [SaveMapping].
func LoadMapping(ctx context.Context, project *data.Project, name string) (map[string]string, error) {
	if err := checkMappingName(name); err != nil {
		return nil, err
	}
	content, _, err := project.File(ctx, mappingFolder+name+".json")
	if errors.Is(err, data.ErrNotFound) {
		names, listErr := Mappings(ctx, project)
		if listErr != nil {
			return nil, listErr
		}
		return nil, faultf("没有名为“%s”的列对应，有：%s", "there is no mapping %q; there are: %s", name, strings.Join(names, "、"))
	}
	if err != nil {
		return nil, err
	}
	var columns map[string]string
	if err := json.Unmarshal(content, &columns); err != nil {
		return nil, fmt.Errorf("reading the mapping %s: %w", name, err)
	}
	return columns, nil
}

// Mappings lists the names of the mappings that a project keeps, sorted.
func Mappings(ctx context.Context, project *data.Project) ([]string, error) {
	files, err := project.Files(ctx, mappingFolder)
	if err != nil {
		return nil, err
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(file, mappingFolder), ".json")
	}
	return files, nil
}

func checkMappingName(name string) error {
	if name == "" || len(name) > 200 || strings.ContainsAny(name, "/\\\x00") {
		return faultf("列对应的名称“%s”不能用", "%q is no name for a mapping", name)
	}
	return nil
}
