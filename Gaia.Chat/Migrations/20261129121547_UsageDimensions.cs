using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gaia.Chat.Migrations
{
    /// <inheritdoc />
    public partial class UsageDimensions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "api_key_id",
                table: "usage",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cached_tokens",
                table: "usage",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "reasoning_tokens",
                table: "usage",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "route",
                table: "usage",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_usage_api_key_id_day",
                table: "usage",
                columns: new[] { "api_key_id", "day" },
                filter: "api_key_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_usage_day",
                table: "usage",
                column: "day");

            migrationBuilder.CreateIndex(
                name: "ix_usage_persona_id_day",
                table: "usage",
                columns: new[] { "persona_id", "day" },
                filter: "persona_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_usage_api_key_id_day",
                table: "usage");

            migrationBuilder.DropIndex(
                name: "ix_usage_day",
                table: "usage");

            migrationBuilder.DropIndex(
                name: "ix_usage_persona_id_day",
                table: "usage");

            migrationBuilder.DropColumn(
                name: "api_key_id",
                table: "usage");

            migrationBuilder.DropColumn(
                name: "cached_tokens",
                table: "usage");

            migrationBuilder.DropColumn(
                name: "reasoning_tokens",
                table: "usage");

            migrationBuilder.DropColumn(
                name: "route",
                table: "usage");
        }
    }
}
