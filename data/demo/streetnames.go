package demo

import "fmt"

// avenueName names the avenues of the county town; rows run west–east (路), columns south–north (街).
func avenueName(l line) string {
	rows := []string{"南环路", "兴业路", "人民路", "文化路", "光明路", "北环路"}
	columns := []string{"西环街", "胜利街", "解放街", "滨河街", "建设街", "东环街"}
	if l.row {
		return rows[max(0, l.number/8+1)%len(rows)]
	}
	return columns[max(0, l.number/8+2)%len(columns)]
}

// countyRoadName numbers the main roads of an oasis; X is the letter of county roads.
func countyRoadName(o oasisID, l line) string {
	direction := 2
	if l.row {
		direction = 1
	}
	return fmt.Sprintf("示范县道X%d%d%d", o, direction, l.number/16+10)
}
