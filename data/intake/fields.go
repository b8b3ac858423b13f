package intake

// FieldTitle is a field that a column can be read as, with its names.
type FieldTitle struct {
	Name string `json:"name"` // what [Options.Columns] takes
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Fields lists what the columns of an import of the verb areas, settlements, facilities or an attribute table can be read as, in the order to offer them.
func Fields(verb string) []FieldTitle {
	var out []FieldTitle
	for _, spec := range schemaOf(verb) {
		out = append(out, FieldTitle{string(spec.field), spec.zh, spec.en})
	}
	return out
}
