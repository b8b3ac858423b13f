package coverage

// County is everything known about the area under study, held in memory: a snapshot of the project file. Slices are sorted by id (code,
// id) and must not be changed after the snapshot is made; analyses read it from many goroutines.
type County struct {
	Name        string // title of the project
	Synthetic   bool   // a generated demonstration: labelled so on every screen and export
	DataDate    Date   // date of the data as a whole
	Units       []Unit
	CodeChanges []CodeChange
	Settlements []Settlement
	Hosts       []Host
	Points      []ServicePoint
	Offers      []Offer
	Advisers    []Adviser
	Assignments []Assignment
	Pairings    []Pairing
	Circuits    []Circuit
	Calls       []Call
	Targets     []Target
	Measures    []Measure

	ChecklistItems []ChecklistItem
	ChecklistMarks []ChecklistMark
	Honours        []Honour
	Mediation      []Mediation
}
