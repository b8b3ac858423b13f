package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	stored "lawcircle/data/account"
	"lawcircle/server/account"
)

func newUserCommand(term *terminal) *cobra.Command {
	command := &cobra.Command{
		Use:     "user",
		Short:   "供其他电脑访问时的账户 / accounts for serving other computers",
		Example: "  lawcircle user add 李娜 --role planner -p turpan.gpkg",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newUserAddCommand(term), newUserListCommand(term), newUserDisableCommand(term))
	return command
}

func newUserAddCommand(term *terminal) *cobra.Command {
	var project, role string
	command := &cobra.Command{
		Use:     "add NAME",
		Short:   "新建账户或更换密码；密码从标准输入读一行 / add an account or change its password, read as a line from standard input",
		Example: "  lawcircle user add admin --role administrator -p turpan.gpkg < password.txt",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd.Context(), project, func(ctx context.Context, db *stored.DB) error {
				return addUser(ctx, term, db, args[0], account.Role(role))
			})
		},
	}
	projectFlag(command, &project)
	command.Flags().StringVar(&role, "role", string(account.Viewer), "viewer（只看）| planner（编辑）| administrator（管理账户）")
	return command
}

// withAccounts opens the server database beside the project.
func withAccounts(ctx context.Context, project string, work func(context.Context, *stored.DB) error) error {
	db, err := stored.Open(ctx, serverDBPath(project))
	if err != nil {
		return err
	}
	return errors.Join(work(ctx, db), db.Close())
}

func addUser(ctx context.Context, term *terminal, db *stored.DB, name string, role account.Role) error {
	if !role.Valid() {
		return usagef("--role %q is not viewer, planner or administrator", role)
	}
	if !account.ValidName(name) {
		return usagef("%q 不能作用户名：只能有文字、数字和 . _ - / a name has letters, digits and . _ - only", name)
	}
	password, err := term.ask("密码 / password:")
	if err != nil {
		return err
	}
	hash, err := account.HashPassword(strings.TrimSpace(password))
	if err != nil {
		return err
	}
	user, err := db.User(ctx, name)
	if err != nil && !errors.Is(err, stored.ErrUnknown) {
		return fmt.Errorf("looking up %s: %w", name, err)
	}
	user = stored.User{Name: name, Role: string(role), Password: hash, Epoch: user.Epoch + 1}
	if err := db.SaveUser(ctx, user); err != nil {
		return fmt.Errorf("saving account %s: %w", name, err)
	}
	term.printf("%s（%s）", name, role)
	return nil
}

func newUserListCommand(term *terminal) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use: "list", Short: "列出账户 / list accounts", Example: "  lawcircle user list -p turpan.gpkg", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAccounts(cmd.Context(), project, func(ctx context.Context, db *stored.DB) error {
				users, err := db.Users(ctx)
				rows := [][]string{{"账户", "角色", "停用"}}
				for _, u := range users {
					rows = append(rows, []string{u.Name, u.Role, map[bool]string{true: "是"}[u.Disabled]})
				}
				term.table(rows)
				return err
			})
		},
	}
	projectFlag(command, &project)
	return command
}

func newUserDisableCommand(_ *terminal) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use: "disable NAME", Short: "停用账户 / disable an account", Example: "  lawcircle user disable 李娜 -p turpan.gpkg", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd.Context(), project, func(ctx context.Context, db *stored.DB) error {
				user, err := db.User(ctx, args[0])
				if err != nil {
					return fmt.Errorf("account %s: %w", args[0], err)
				}
				user.Disabled = true
				user.Epoch++
				return db.SaveUser(ctx, user)
			})
		},
	}
	projectFlag(command, &project)
	return command
}
