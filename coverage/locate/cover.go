package locate

// cover is the integer programme that the covering kinds share (the formulation stands in the package comment). Rows of a
// class are contiguous. A fixed site is already counted: it lowers the need of its rows and owns no column entries.
type cover struct {
	columns int
	pick    int     // greatest number of chosen columns
	role    []int8  // column → roleFree, roleIn, roleOut
	price   []int64 // column → what it takes from the objective
	unit    int64   // programme units in one unit of the problem's objective
	base    int64   // objective of what is already met

	rowStart []int32 // row → columns, length rows+1
	rowCols  []int32
	need     []int32 // row → open columns needed
	colStart []int32
	colRows  []int32

	classStart []int32 // class → rows, length classes+1
	rowClass   []int32
	profit     []int64
	people     []int64
	must       []bool
	group      []int32 // class → group floor, −1: none

	floor      int64     // people over all classes, at least
	groupFloor []int64   // what is still missing
	packs      []pack    // limits on sums over columns: money, spacing, sites per year
	packsOf    [][]usage // column → packs it takes part in; nil without packs

	conflicts []Conflict // rules that exclude each other before anything is chosen

	simple bool // one row of need 1 per class, no other rule than pick
}

// pack limits what the open ones among cols may use in sum: Σ use_n·y_{cols_n} ≤ most.
type pack struct {
	cols []int32
	use  []int64
	most int64
}

// usage is what one column uses of a pack.
type usage struct {
	pack int32
	use  int64
}

const (
	roleFree int8 = iota
	roleIn
	roleOut
)

func (c *cover) rows() int               { return len(c.need) }
func (c *cover) classes() int            { return len(c.profit) }
func (c *cover) rowsOf(i int) []int32    { return c.colRows[c.colStart[i]:c.colStart[i+1]] }
func (c *cover) columnsOf(r int) []int32 { return c.rowCols[c.rowStart[r]:c.rowStart[r+1]] }

// class is one class while the programme is put together.
type class struct {
	profit, people int64
	must           bool
	group          int32
}

// add appends a class with its rows; rows are candidate lists in ascending order. Fixed candidates (role roleFixed in the
// caller's mask) must be taken out before and need lowered. A class without rows is already met.
func (c *cover) add(k class, rows [][]int32, needs []int32) {
	id := int32(c.classes())
	for n, cols := range rows {
		c.rowCols = append(c.rowCols, cols...)
		c.rowStart = append(c.rowStart, int32(len(c.rowCols)))
		c.need = append(c.need, needs[n])
		c.rowClass = append(c.rowClass, id)
	}
	c.classStart = append(c.classStart, int32(c.rows()))
	c.profit = append(c.profit, k.profit)
	c.people = append(c.people, k.people)
	c.must = append(c.must, k.must)
	c.group = append(c.group, k.group)
}

func newCover(columns int) *cover {
	return &cover{
		columns: columns, pick: columns, unit: 1, role: make([]int8, columns), price: make([]int64, columns),
		rowStart: []int32{0}, classStart: []int32{0},
	}
}

// finish builds the column side and decides whether the programme is simple.
func (c *cover) finish() {
	c.colStart = make([]int32, c.columns+1)
	for _, i := range c.rowCols {
		c.colStart[i+1]++
	}
	for i := range c.columns {
		c.colStart[i+1] += c.colStart[i]
	}
	c.colRows = make([]int32, len(c.rowCols))
	next := append([]int32(nil), c.colStart...)
	for r := range c.rows() {
		for _, i := range c.columnsOf(r) {
			c.colRows[next[i]] = int32(r)
			next[i]++
		}
	}
	c.indexPacks()
	c.simple = c.isSimple()
}

func (c *cover) indexPacks() {
	if len(c.packs) == 0 {
		return
	}
	c.packsOf = make([][]usage, c.columns)
	for q, p := range c.packs {
		for n, i := range p.cols {
			c.packsOf[i] = append(c.packsOf[i], usage{int32(q), p.use[n]})
		}
	}
}

func (c *cover) isSimple() bool {
	if c.rows() != c.classes() || c.floor > 0 || len(c.groupFloor) > 0 || len(c.packs) > 0 {
		return false
	}
	for r, k := range c.need {
		if k != 1 || c.must[r] {
			return false
		}
	}
	for _, price := range c.price {
		if price != 0 {
			return false
		}
	}
	for _, role := range c.role {
		if role == roleIn {
			return false
		}
	}
	return true
}
