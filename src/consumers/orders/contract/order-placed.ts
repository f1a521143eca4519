import { Type } from 'class-transformer';
import { ArrayMinSize, IsArray, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IsExactAmount, IsIdentifier, IsInstant, IsText } from '../../../contracts/index.js';

/** One line of the event, as the shop writes it. */
export class OrderPlacedLine {
  @IsIdentifier()
  readonly product_id: string;

  @IsText()
  readonly product_title: string;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly quantity: number;

  @IsExactAmount()
  readonly unit_price: string | number;
}

/** The value of a record on the topic `orders`, as the shop writes it. Further fields are dropped unseen. */
export class OrderPlaced {
  @IsIdentifier()
  readonly order_id: string;

  @IsInstant()
  readonly created_at: string;

  @IsText()
  readonly customer_name: string;

  @IsExactAmount()
  readonly total_price: string | number;

  @IsArray()
  @ArrayMinSize(1)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => OrderPlacedLine)
  readonly line_items: readonly OrderPlacedLine[];
}
