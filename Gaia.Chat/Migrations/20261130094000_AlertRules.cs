using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gaia.Chat.Migrations
{
    /// <inheritdoc />
    public partial class AlertRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "period",
                table: "alerts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "resolved_at",
                table: "alerts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "alerts",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            // What was fired before is not fired again.
            migrationBuilder.Sql("UPDATE alerts SET subject = budget_id::text, period = period_start::timestamp AT TIME ZONE 'UTC' WHERE budget_id IS NOT NULL");

            migrationBuilder.DropIndex(
                name: "ix_alerts_budget_id_period_start_threshold",
                table: "alerts");

            migrationBuilder.DropColumn(
                name: "budget_id",
                table: "alerts");

            migrationBuilder.DropColumn(
                name: "period_start",
                table: "alerts");

            migrationBuilder.CreateIndex(
                name: "ix_alerts_type_subject_period_threshold",
                table: "alerts",
                columns: new[] { "type", "subject", "period", "threshold" },
                unique: true,
                filter: "subject IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_alerts_type_subject_period_threshold",
                table: "alerts");

            migrationBuilder.AddColumn<Guid>(
                name: "budget_id",
                table: "alerts",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "period_start",
                table: "alerts",
                type: "date",
                nullable: true);

            migrationBuilder.Sql("UPDATE alerts SET budget_id = subject::uuid, period_start = (period AT TIME ZONE 'UTC')::date WHERE type = 'budget.threshold'");

            migrationBuilder.DropColumn(
                name: "period",
                table: "alerts");

            migrationBuilder.DropColumn(
                name: "resolved_at",
                table: "alerts");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "alerts");

            migrationBuilder.CreateIndex(
                name: "ix_alerts_budget_id_period_start_threshold",
                table: "alerts",
                columns: new[] { "budget_id", "period_start", "threshold" },
                unique: true,
                filter: "budget_id IS NOT NULL");
        }
    }
}
