using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gaia.Asset.Migrations
{
    /// <inheritdoc />
    public partial class GenerationFailures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "failure_code",
                table: "generations",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "failure_status",
                table: "generations",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "parameters",
                table: "generations",
                type: "character varying(4000)",
                maxLength: 4000,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "failure_code",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "failure_status",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "parameters",
                table: "generations");
        }
    }
}
