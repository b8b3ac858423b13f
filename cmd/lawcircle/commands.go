package main

import "github.com/spf13/cobra"

// commands lists the verbs, one file each.
func commands(term *terminal) []*cobra.Command {
	return []*cobra.Command{
		newDemoCommand(term),
		newServeCommand(term),
		newUserCommand(term),
		newImportCommand(term),
		newCoverageCommand(term),
		newIsochroneCommand(term),
		newMatrixCommand(term),
		newSuggestCommand(term),
		newLocateCommand(term),
		newExportCommand(term),
		newExplainCommand(term),
		newIndicatorsCommand(term),
		newBoardCommand(term),
		newChecklistCommand(term),
		newMediationCommand(term),
		newWindowsCommand(term),
		newTimesCommand(term),
		newCostsCommand(term),
		newRowsCommand(term, "target", "targets", "规划目标：列出、修改、删除 / targets of the plan: list, set, delete",
			"  lawcircle target set target_id=studio_rate-2019 value=85% -p demo.gpkg"),
		newRowsCommand(term, "measure", "measures", "填报值（满意度、知晓率、经费…）：列出、修改、删除 / reported values: list, set, delete",
			"  lawcircle measure set indicator=满意度 unit=659901000000 date=2019-12 num=470 den=500 source=问卷 -p demo.gpkg"),
		newRuleCommand(term),
		newTableCommand(term),
		newPairCommand(term),
		newCircuitCommand(term),
		newCircuitsCommand(term),
		newAdvisersCommand(term),
		newCompareCommand(term),
		newAskCommand(term),
		newReportCommand(term),
		newSupplyCommand(term),
		newServicesCommand(term),
		newScenarioCommand(term),
		newLogCommand(term),
		newUndoCommand(term),
		newCheckCommand(term),
		newReplayCommand(term),
		newProjectCommand(term),
		newProfileCommand(term),
	}
}
