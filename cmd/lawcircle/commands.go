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
		newPairCommand(term),
		newCircuitCommand(term),
		newCompareCommand(term),
		newAskCommand(term),
		newReportCommand(term),
		newSupplyCommand(term),
		newServicesCommand(term),
		newScenarioCommand(term),
		newLogCommand(term),
		newUndoCommand(term),
		newCheckCommand(term),
		newProjectCommand(term),
		newProfileCommand(term),
	}
}
