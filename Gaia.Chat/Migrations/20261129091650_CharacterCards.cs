using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gaia.Chat.Migrations
{
    /// <inheritdoc />
    public partial class CharacterCards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "settings",
                table: "personas",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "settings",
                table: "persona_versions",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "greeting",
                table: "conversations",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "settings",
                table: "personas");

            migrationBuilder.DropColumn(
                name: "settings",
                table: "persona_versions");

            migrationBuilder.DropColumn(
                name: "greeting",
                table: "conversations");
        }
    }
}
